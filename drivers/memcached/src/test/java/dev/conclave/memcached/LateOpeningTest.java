package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session that is ended before its opening is answered")
class LateOpeningTest {
    @Test
    @DisplayName("is not looked at for ever")
    void forgotten() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                TcpProxy proxy = TcpProxy.to(server.address());
                BareDrivers drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofSeconds(5))) {
            Driver driver =
                    drivers.open("memcached://127.0.0.1:" + proxy.address().getPort());
            SessionId ada = BareDrivers.session("ada", 'a');
            SessionId bob = BareDrivers.session("bob", 'b');
            BareDrivers.get(driver.openSession(bob, Duration.ofMinutes(1)));
            // Who holds something looks whether any of its sessions was taken away.
            BareDrivers.get(driver.claim(Bare.request(bob, 1, false)));
            proxy.delay(Direction.TO_MEMBER, Duration.ofMillis(300));
            CompletableFuture<Duration> opened = driver.openSession(ada, Duration.ofMinutes(1));
            CompletableFuture<Void> ended = driver.endSession(ada);
            BareDrivers.get(opened);
            BareDrivers.get(ended);
            proxy.heal();

            long before = Bare.statistic(server, "get_misses");
            Await.lasting(Duration.ofMillis(1_500)); // three looks
            assertThat(Bare.statistic(server, "get_misses")).isEqualTo(before);
        }
    }
}
