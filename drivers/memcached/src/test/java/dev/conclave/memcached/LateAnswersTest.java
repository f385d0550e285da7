package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session that is ended before something of it is answered")
class LateAnswersTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final SessionId ADA = BareDrivers.session("ada", 'a');
    private static final SessionId BOB = BareDrivers.session("bob", 'b');

    private MemcachedServer server;
    private TcpProxy proxy;
    private BareDrivers drivers;
    private Driver driver;

    @BeforeEach
    void open() throws Exception {
        server = MemcachedServer.options().start();
        proxy = TcpProxy.to(server.address());
        drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofSeconds(5));
        driver = drivers.open("memcached://127.0.0.1:" + proxy.address().getPort());
        BareDrivers.get(driver.openSession(BOB, LONG));
    }

    @AfterEach
    void close() throws Exception {
        drivers.close();
        proxy.close();
        server.close();
    }

    @Test
    @DisplayName("its opening, is not looked at for ever")
    void opening() throws Exception {
        // Who holds something looks whether any of its sessions was taken away.
        BareDrivers.get(driver.claim(Bare.request(BOB, 1, false)));
        proxy.delay(Direction.TO_MEMBER, Duration.ofMillis(300));
        CompletableFuture<Duration> opened = driver.openSession(ADA, LONG);
        CompletableFuture<Void> ended = driver.endSession(ADA);
        BareDrivers.get(opened);
        BareDrivers.get(ended);
        proxy.heal();

        long before = Bare.statistic(server, "get_misses");
        Await.lasting(Duration.ofMillis(1_500)); // three looks
        assertThat(Bare.statistic(server, "get_misses")).isEqualTo(before);
    }

    @Test
    @DisplayName("its claim, is not taken to hold something for ever")
    void claim() throws Exception {
        BareDrivers.get(driver.openSession(ADA, LONG));
        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<ClaimReply> claimed = driver.claim(Bare.request(ADA, 1, false));
        CompletableFuture<Void> ended = driver.endSession(ADA);
        proxy.heal();
        BareDrivers.get(ended);
        assertThat(BareDrivers.get(claimed)).isInstanceOf(ClaimReply.Granted.class);

        long before = Bare.statistic(server, "cmd_get");
        Await.lasting(Duration.ofMillis(1_500)); // three looks
        assertThat(Bare.statistic(server, "cmd_get")).isEqualTo(before);
    }
}
