package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The commands of")
class CommandsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    @DisplayName("many cycles are two for each, and now and then a look at the session")
    void cycles() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server)) {
            SessionId adas = ada.session("ada", LONG);
            int cycles = 500;
            long looks = Bare.statistic(server, "cmd_get");
            long begun = System.nanoTime();
            for (int i = 1; i <= cycles; i++) {
                ClaimRequest request = Bare.request(adas, i, false);
                ada.granted(request);
                assertThat(Bare.await(ada.driver.release(request.id()))).isEqualTo(Released.HELD);
            }
            long intervals = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 50 + 2;

            assertThat(Bare.statistic(server, "cmd_get") - looks)
                    .as("looks at a session of which nobody asks more than once in 50 ms")
                    .isLessThanOrEqualTo(intervals);
        }
    }

    @Test
    @DisplayName("a claim still find out that the session is gone, when it was not looked at lately")
    void goneSession() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server)) {
            SessionId adas = ada.session("ada", LONG);
            ada.granted(Bare.request(adas, 1, false));
            Bare.await(ada.driver.release(Bare.request(adas, 1, false).id()));
            server.command("delete conclave:conclave:s:" + adas.incarnation());

            Await.until("the claim to be refused", () -> {
                ClaimRequest request = Bare.request(adas, 2, false);
                boolean refused = Bare.await(ada.driver.claim(request)) instanceof ClaimReply.NoSession;
                Bare.await(ada.driver.release(request.id()));
                return refused;
            });

            assertThat(Bare.stored(server, "conclave:conclave:L:invoice")).isEmpty();
        }
    }

    @Test
    @DisplayName("an ended session's claim refuse it at once")
    void endedSession() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server)) {
            SessionId adas = ada.session("ada", LONG);
            ada.granted(Bare.request(adas, 1, false));
            Bare.await(ada.driver.endSession(adas));

            assertThat(Bare.await(ada.driver.claim(Bare.request(adas, 2, false))))
                    .isInstanceOf(ClaimReply.NoSession.class);
            assertThat(Bare.stored(server, "conclave:conclave:L:invoice")).isEmpty();
        }
    }

    @Test
    @DisplayName("a request that waits behind another of its coordinator's are none")
    void behindAnother() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server)) {
            ClaimRequest held = Bare.request(ada.session("ada", LONG), 1, false);
            ada.granted(held);
            SessionId bobs = bob.session("bob", LONG);
            ClaimRequest first = Bare.request(bobs, 1, true);
            ClaimRequest second = Bare.request(bobs, 2, true);
            assertThat(Bare.await(bob.driver.claim(first))).isInstanceOf(ClaimReply.Waiting.class);
            assertThat(Bare.await(bob.driver.claim(second))).isInstanceOf(ClaimReply.Waiting.class);
            long looks = Bare.statistic(server, "cmd_get");

            for (int i = 0; i < 10; i++) {
                assertThat(Bare.await(bob.driver.claim(second))).isInstanceOf(ClaimReply.Waiting.class);
            }

            assertThat(Bare.statistic(server, "cmd_get")).isEqualTo(looks);
            Bare.await(ada.driver.release(held.id()));
            assertThat(bob.granted(first)).isPositive();
            Bare.await(bob.driver.release(first.id()));
            assertThat(bob.granted(second)).isPositive();
        }
    }
}
