package dev.conclave.redis;

import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A connection to Redis that was lost")
class ReconnectTest {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);
    private static final SessionId ADA = session("ada", 'a');

    // The step is a renewal, perhaps the last before the deadline: it must not fail with an attempt that began before
    // it.
    @Test
    @DisplayName("is made again for each step that was asked for while an attempt was under way that failed")
    void askedMeanwhile() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                TcpProxy proxy = TcpProxy.to(server.address());
                BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), CALL_TIMEOUT)) {
            Driver driver = drivers.open("redis://127.0.0.1:" + proxy.address().getPort());
            get(driver.openSession(ADA, Duration.ofMinutes(1)));
            proxy.drop(Direction.TO_BACKEND);
            proxy.cut();

            Deque<CompletableFuture<Renewal>> attempting = new ArrayDeque<>(List.of(renewal(driver)));
            Await.until("an attempt to connect", () -> {
                if (attempting.getLast().isDone()) { // with the broken connection
                    attempting.add(renewal(driver));
                }
                return proxy.connections() > 0;
            });
            CompletableFuture<Renewal> meanwhile = renewal(driver);
            assertThatThrownBy(() -> get(attempting.getLast())).hasCauseInstanceOf(BackendUnavailableException.class);
            proxy.heal();

            assertThat(get(meanwhile)).isInstanceOf(Renewal.Renewed.class);
        }
    }

    private static CompletableFuture<Renewal> renewal(Driver driver) {
        return driver.renew(ADA, Set.of(), Set.of());
    }
}
