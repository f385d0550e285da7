package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

// Found by the faults' soak (memcached, seed 13): members that closed together left the election that they had waited
// for.
@DisplayName("A session that is ended")
class ClosingTest {
    private static final String ITEM = "conclave:conclave:L:invoice";

    @Test
    @DisplayName("takes its holder and its waiters with it, also where others came that it has not seen")
    void leavesNothing() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server);
                Bare cyd = new Bare(server)) {
            SessionId adas = ada.session("ada", Duration.ofMinutes(1));
            SessionId bobs = bob.session("bob", Duration.ofMinutes(1));
            SessionId cyds = cyd.session("cyd", Duration.ofMinutes(1));
            ada.granted(Bare.request(adas, 1, true));
            ClaimRequest second = Bare.request(bobs, 1, true);
            ClaimRequest third = Bare.request(cyds, 1, true);
            assertThat(Bare.await(bob.driver.claim(second))).isInstanceOf(ClaimReply.Waiting.class);
            assertThat(Bare.await(cyd.driver.claim(third))).isInstanceOf(ClaimReply.Waiting.class);

            Bare.await(ada.driver.endSession(adas));
            assertThat(Bare.stored(server, ITEM)).noneMatch(line -> line.contains(adas.incarnation()));
            Bare.await(bob.driver.endSession(bobs));
            assertThat(Bare.stored(server, ITEM))
                    .noneMatch(line -> line.contains(bobs.incarnation()))
                    .anyMatch(line -> line.contains(cyds.incarnation()));
            cyd.granted(third);
            Bare.await(cyd.driver.endSession(cyds));
            assertThat(Bare.stored(server, ITEM)).isEmpty();
        }
    }
}
