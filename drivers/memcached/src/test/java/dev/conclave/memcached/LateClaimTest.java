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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A claim that is answered when its session was ended already")
class LateClaimTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    // Who holds something looks whether any of its sessions was taken away.
    @Test
    @DisplayName("is not taken for held for ever")
    void granted() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                TcpProxy proxy = TcpProxy.to(server.address());
                BareDrivers drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofSeconds(5))) {
            Driver driver =
                    drivers.open("memcached://127.0.0.1:" + proxy.address().getPort());
            SessionId ada = BareDrivers.session("ada", 'a');
            BareDrivers.get(driver.openSession(ada, LONG));
            BareDrivers.get(driver.openSession(BareDrivers.session("bob", 'b'), LONG));
            proxy.drop(Direction.TO_MEMBER);
            CompletableFuture<ClaimReply> claimed = driver.claim(Bare.request(ada, 1, false));
            CompletableFuture<Void> ended = driver.endSession(ada);
            proxy.heal();
            BareDrivers.get(ended);
            assertThat(BareDrivers.get(claimed)).isInstanceOf(ClaimReply.Granted.class);

            long before = Bare.statistic(server, "cmd_get");
            Await.lasting(Duration.ofMillis(1_500)); // three looks
            assertThat(Bare.statistic(server, "cmd_get")).isEqualTo(before);
        }
    }
}
