package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("While the server cannot be reached")
class OutageTest {
    // It was told that it waits, and so that the name was busy when its patience ended, though nobody could be asked.
    @Test
    @DisplayName("a request that waits behind another of its coordinator's is told so too")
    void behindAnother() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                TcpProxy proxy = TcpProxy.to(server.address());
                Bare ada = new Bare(server);
                BareDrivers drivers = new BareDrivers(new MemcachedDriverProvider(), Duration.ofSeconds(5))) {
            Driver bob = drivers.open("memcached://127.0.0.1:" + proxy.address().getPort());
            ada.granted(Bare.request(ada.session("ada", Duration.ofMinutes(1)), 1, false));
            SessionId bobs = BareDrivers.session("bob", 'b');
            Bare.await(bob.openSession(bobs, Duration.ofMinutes(1)));
            ClaimRequest first = Bare.request(bobs, 1, true);
            ClaimRequest second = Bare.request(bobs, 2, true);
            assertThat(Bare.await(bob.claim(first))).isInstanceOf(ClaimReply.Waiting.class);
            assertThat(Bare.await(bob.claim(second))).isInstanceOf(ClaimReply.Waiting.class);

            proxy.refuse();
            proxy.cut();
            assertThatThrownBy(() -> Bare.await(bob.claim(first))).isInstanceOf(BackendUnavailableException.class);
            assertThatThrownBy(() -> Bare.await(bob.claim(second))).isInstanceOf(BackendUnavailableException.class);

            proxy.heal();
            Await.until("the second to wait again", () -> Bare.await(bob.claim(second)) instanceof ClaimReply.Waiting);
        }
    }
}
