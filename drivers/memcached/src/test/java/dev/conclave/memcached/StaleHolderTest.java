package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

// tooz on memcached: a release frees another member's lock, and a heartbeat keeps another member's lock alive for ever.
@DisplayName("A stale holder")
class StaleHolderTest {
    private static final String ITEM = "conclave:conclave:L:invoice";

    @Test
    @DisplayName(
            "that was paused beyond its time-to-live changes nothing of its successor's, by release, renewal or claim")
    void paused() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server)) {
            SessionId adas = ada.session("ada", Duration.ofSeconds(1));
            ClaimRequest stale = Bare.request(adas, 1, false);
            long token = ada.granted(stale);
            SessionId bobs = bob.session("bob", Duration.ofMinutes(1));
            ClaimRequest next = Bare.request(bobs, 1, true);
            Await.until(
                    "ada's session to expire", () -> Bare.await(bob.driver.claim(next)) instanceof ClaimReply.Granted);
            assertThat(bob.granted(next)).isGreaterThan(token);
            List<String> before = Bare.stored(server, ITEM);
            assertThat(before).anyMatch(line -> line.contains(bobs.incarnation()));

            Driver late = ada.driver;
            assertThat(Bare.await(late.renew(adas, Set.of(stale.id()), Set.of())))
                    .isInstanceOf(Renewal.NoSession.class);
            assertThat(Bare.await(late.release(stale.id()))).isEqualTo(Released.NOTHING);
            assertThat(Bare.await(late.claim(stale))).isInstanceOf(ClaimReply.NoSession.class);
            Bare.await(late.endSession(adas));

            assertThat(Bare.stored(server, ITEM)).isEqualTo(before);
            assertThat(Bare.await(bob.driver.release(next.id()))).isEqualTo(Released.HELD);
            assertThat(Bare.stored(server, ITEM)).isEmpty();
        }
    }

    @Test
    @DisplayName("whose renewals went on while its claim was broken keeps nobody's lock alive")
    void renewing() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server)) {
            SessionId adas = ada.session("ada", Duration.ofMinutes(1));
            ClaimRequest stale = Bare.request(adas, 1, false);
            long token = ada.granted(stale);
            assertThat(Bare.await(bob.driver.breakClaim(Bare.INVOICE, token + 1)))
                    .isFalse();
            assertThat(Bare.await(bob.driver.breakClaim(Bare.INVOICE, token))).isTrue();
            SessionId bobs = bob.session("bob", Duration.ofSeconds(1));
            ClaimRequest next = Bare.request(bobs, 1, false);
            bob.granted(next);
            SessionId eves = bob.session("eve", Duration.ofMinutes(1));
            ClaimRequest third = Bare.request(eves, 1, true);

            Await.until("bob's session to expire", () -> {
                assertThat(((Renewal.Renewed) Bare.await(ada.driver.renew(adas, Set.of(stale.id()), Set.of())))
                                .missingClaims())
                        .containsExactly(stale.id());
                return Bare.await(bob.driver.claim(third)) instanceof ClaimReply.Granted;
            });
        }
    }

    /** How a claim is taken from its holder at the server, behind its back. */
    private interface Taking {
        void from(MemcachedServer server, Bare bob, SessionId adas, long token) throws Exception;
    }

    // A release deletes by the number of the change that stored the claim, and asks for nothing else.
    @Test
    @DisplayName("whose claim was taken away, in whatever way, deletes nothing of its successor's when it releases")
    void quickRelease() throws Exception {
        List<Taking> takings = List.of(
                (server, bob, adas, token) -> assertThat(Bare.await(bob.driver.breakClaim(Bare.INVOICE, token)))
                        .isTrue(),
                (server, bob, adas, token) -> Bare.await(bob.driver.endSession(adas)),
                (server, bob, adas, token) -> server.command("delete conclave:conclave:s:" + adas.incarnation()),
                (server, bob, adas, token) -> server.command("delete " + ITEM),
                (server, bob, adas, token) -> server.command("flush_all"));
        try (MemcachedServer server = MemcachedServer.options().start()) {
            for (Taking taking : takings) {
                try (Bare ada = new Bare(server);
                        Bare bob = new Bare(server)) {
                    SessionId adas = ada.session("ada", Duration.ofMinutes(1));
                    ClaimRequest stale = Bare.request(adas, 1, false);
                    long token = ada.granted(stale);
                    taking.from(server, bob, adas, token);
                    SessionId bobs = bob.session("bob", Duration.ofMinutes(1));
                    ClaimRequest next = Bare.request(bobs, 1, false);
                    assertThat(bob.granted(next)).isGreaterThan(token);
                    List<String> before = Bare.stored(server, ITEM);
                    assertThat(before).anyMatch(line -> line.contains(bobs.incarnation()));

                    assertThat(Bare.await(ada.driver.release(stale.id()))).isEqualTo(Released.NOTHING);

                    assertThat(Bare.stored(server, ITEM)).isEqualTo(before);
                    server.command("flush_all");
                }
            }
        }
    }

    @Test
    @DisplayName("whose session is over is told that it held if nobody has held since")
    void nobodySince() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server)) {
            SessionId adas = ada.session("ada", Duration.ofMinutes(1));
            ClaimRequest stale = Bare.request(adas, 1, false);
            ada.granted(stale);
            server.command("delete conclave:conclave:s:" + adas.incarnation());

            assertThat(Bare.await(ada.driver.release(stale.id()))).isEqualTo(Released.HELD);

            assertThat(Bare.stored(server, ITEM)).isEmpty();
        }
    }

    @Test
    @DisplayName("is over one time-to-live after its last renewal for who looks all the time, and goes on if it renews")
    void silent() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server);
                Bare bob = new Bare(server)) {
            Duration ttl = Duration.ofSeconds(1);
            SessionId adas = ada.session("ada", ttl);
            ClaimRequest stale = Bare.request(adas, 1, false);
            ada.granted(stale);
            ClaimRequest next = Bare.request(bob.session("bob", Duration.ofMinutes(1)), 1, true);
            long renewed = 0;
            for (int i = 0; i < 20; i++) {
                renewed = System.nanoTime();
                assertThat(Bare.await(ada.driver.renew(adas, Set.of(stale.id()), Set.of())))
                        .isInstanceOf(Renewal.Renewed.class);
                assertThat(Bare.await(bob.driver.claim(next))).isInstanceOf(ClaimReply.Waiting.class);
                Await.lasting(Duration.ofMillis(100));
            }

            long deletions = Bare.statistic(server, "delete_hits");

            Await.until(
                    "ada's session to be over", () -> Bare.await(bob.driver.claim(next)) instanceof ClaimReply.Granted);

            assertThat(Duration.ofNanos(System.nanoTime() - renewed)).isGreaterThanOrEqualTo(ttl);
            assertThat(Bare.statistic(server, "delete_hits"))
                    .as("sessions that who looked has ended, before the server would have")
                    .isEqualTo(deletions + 1);
            assertThat(Bare.await(ada.driver.renew(adas, Set.of(stale.id()), Set.of())))
                    .isInstanceOf(Renewal.NoSession.class);
        }
    }

    // Numbers of changes begin at 1 again: by chance, or as here, another's change has the one that was remembered.
    @Test
    @DisplayName("of before a restart deletes nothing, though its successor's change has the same number")
    void restarted() throws Exception {
        try (MemcachedServer server = MemcachedServer.options().start();
                Bare ada = new Bare(server)) {
            SessionId adas = ada.session("ada", Duration.ofMinutes(1));
            ClaimRequest stale = Bare.request(adas, 1, false);
            long token = ada.granted(stale);
            server.process().restart();
            try (Bare bob = new Bare(server)) {
                SessionId bobs = bob.session("bob", Duration.ofMinutes(1));
                ClaimRequest next = Bare.request(bobs, 1, false);
                long other = bob.granted(next);
                assertThat(other).isGreaterThan(token);
                assertThat(other % 1_000_000).isEqualTo(token % 1_000_000);
                List<String> before = Bare.stored(server, ITEM);

                // The first one finds the connection broken.
                Await.until(
                        "ada's driver to be connected",
                        () -> !ada.driver
                                .release(stale.id())
                                .handle((released, failure) -> failure != null)
                                .join());
                assertThat(Bare.await(ada.driver.release(stale.id()))).isEqualTo(Released.NOTHING);
                assertThat(Bare.await(ada.driver.renew(adas, Set.of(stale.id()), Set.of())))
                        .isInstanceOf(Renewal.NoSession.class);

                assertThat(Bare.stored(server, ITEM)).isEqualTo(before);
            }
        }
    }
}
