package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

// They were counted as ahead, so that the next one slept for long, and each look of everybody asked for them again.
@DisplayName("Waiters that are dead")
class DeadWaitersTest {
    private static final String ITEM = "conclave:conclave:L:invoice";
    private static final Duration LONG = Duration.ofMinutes(1);

    /** As if the last one had held for an hour, so that those who are far behind look seldom. */
    private static void lastHeldForLong(MemcachedServer server) throws Exception {
        List<String> stored = new ArrayList<>(Bare.stored(server, ITEM));
        stored.remove(0);
        stored.set(0, "1 invoice 3600000000");
        String value = String.join("\n", stored);
        assertThat(server.command("set " + ITEM + " 0 0 " + value.length() + "\r\n" + value))
                .containsExactly("STORED");
    }

    private static Duration waits(Bare member, ClaimRequest request) throws Exception {
        return ((ClaimReply.Waiting) Bare.await(member.driver.claim(request))).lookAgain();
    }

    @Test
    @DisplayName("are taken out by the first look that finds out, and do not count for who is behind them")
    void takenOut() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server);
                Bare cyd = new Bare(server)) {
            ada.granted(Bare.request(ada.session("ada", LONG), 1, false));
            List<SessionId> waiters = new ArrayList<>();
            for (char letter = 'e'; letter < 'o'; letter++) {
                SessionId session = BareDrivers.session("bob", letter);
                Bare.await(bob.driver.openSession(session, LONG));
                waits(bob, Bare.request(session, 1, true));
                waiters.add(session);
            }
            lastHeldForLong(server);
            for (SessionId dead : waiters) {
                assertThat(server.command("delete conclave:conclave:s:" + dead.incarnation()))
                        .containsExactly("DELETED");
            }

            ClaimRequest next = Bare.request(cyd.session("cyd", LONG), 1, true);
            assertThat(waits(cyd, next)).as("a head's pause").isLessThanOrEqualTo(Duration.ofMillis(100));

            List<String> left = Bare.stored(server, ITEM);
            for (SessionId dead : waiters) {
                assertThat(left).noneMatch(line -> line.contains(dead.incarnation()));
            }
            waits(cyd, next);
            assertThat(Bare.stored(server, ITEM)).as("it is written once").isEqualTo(left);
        }
    }

    @Test
    @DisplayName("are taken out too when who finds out had queued up before they died")
    void queuedBefore() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server);
                Bare cyd = new Bare(server)) {
            ada.granted(Bare.request(ada.session("ada", LONG), 1, false));
            SessionId bobs = bob.session("bob", LONG);
            waits(bob, Bare.request(bobs, 1, true));
            ClaimRequest next = Bare.request(cyd.session("cyd", LONG), 1, true);
            waits(cyd, next);
            server.command("delete conclave:conclave:s:" + bobs.incarnation());

            Await.until("bob to be taken out", () -> {
                waits(cyd, next);
                return Bare.stored(server, ITEM).stream().noneMatch(line -> line.contains(bobs.incarnation()));
            });
        }
    }
}
