package dev.conclave.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connection to Redis that was lost")
class ReconnectTest {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);
    private static final SessionId ADA = new SessionId("ada", "a".repeat(26));

    // The step is a renewal, perhaps the last before the deadline: it must not fail with an attempt that began before
    // it.
    @Test
    @DisplayName("is made again for each step that was asked for while an attempt was under way that failed")
    void askedMeanwhile() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver driver = driver(proxy);
            get(driver.openSession(ADA, Duration.ofMinutes(1)));
            proxy.drop(Direction.TO_BACKEND);
            proxy.cut();

            CompletableFuture<Renewal> attempting = renewal(driver);
            TimeUnit.MILLISECONDS.sleep(CALL_TIMEOUT.toMillis() / 2);
            CompletableFuture<Renewal> meanwhile = renewal(driver);
            assertThatThrownBy(() -> get(attempting)).hasCauseInstanceOf(BackendUnavailableException.class);
            proxy.heal();

            assertThat(get(meanwhile)).isInstanceOf(Renewal.Renewed.class);
            get(driver.close());
        }
    }

    private static Driver driver(TcpProxy proxy) throws Exception {
        RedisDriverProvider provider = new RedisDriverProvider();
        String url = "redis://127.0.0.1:" + proxy.address().getPort();
        Environment environment = new Environment("ada", subject -> {}, StepsTest.NO_TIME, CALL_TIMEOUT);
        return get(provider.open(Target.parse(url, Map.of(), provider.options()), environment));
    }

    private static CompletableFuture<Renewal> renewal(Driver driver) {
        return driver.renew(ADA, Set.of(), Set.of());
    }

    private static <T> T get(CompletableFuture<T> step) throws Exception {
        return step.get(10, TimeUnit.SECONDS);
    }
}
