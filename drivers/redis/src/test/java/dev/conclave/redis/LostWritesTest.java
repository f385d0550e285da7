package dev.conclave.redis;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

// Found by the faults' soak (redis-sentinel, seed 101): a fail-over lost the release of a shared lock, whose holder
// lived on, and for half a
// minute nobody else could have it alone.
@DisplayName("A Redis server that has lost its last writes")
class LostWritesTest {
    private static final SessionId ADA = session("ada", 'a');
    private static final SessionId BOB = session("bob", 'b');

    @Test
    @DisplayName("has what was given back taken from it again on the next connection, and keeps what is in use")
    void givenBackAgain() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), Duration.ofSeconds(2))) {
            Driver ada = drivers.open("redis://" + server.authority());
            Driver bob = drivers.open("redis://" + server.authority());
            get(ada.openSession(ADA, Duration.ofMinutes(1)));
            get(bob.openSession(BOB, Duration.ofMinutes(1)));
            ClaimId kept = granted(ada, claimId(ADA, "kept", 1), false);
            ClaimId alone = granted(ada, claimId(ADA, "alone", 2), false);
            ClaimId shared = granted(ada, claimId(ADA, "shared", 3), true);
            EnrolmentId left = new EnrolmentId(ADA, "workers", 1);
            assertThat(get(ada.enrol(new Enrolment(left, "{}", true, false)))).isEqualTo(EnrolReply.ENROLLED);

            List<String> keys = List.of("claims", "holders:Lshared", "session:" + ADA.incarnation(), "group:workers");
            for (String key : keys) {
                copy(server, key(key), "before:" + key);
            }
            assertThat(get(ada.release(alone))).isEqualTo(Released.HELD);
            assertThat(get(ada.release(shared))).isEqualTo(Released.HELD);
            assertThat(get(ada.withdraw(left))).isTrue();
            for (String key : keys) {
                copy(server, "before:" + key, key(key));
            }
            server.command("CLIENT", "KILL", "TYPE", "normal");
            server.command("CLIENT", "KILL", "TYPE", "pubsub");
            ClaimId bobs = claimId(BOB, "shared", 1);
            assertThat(untilAnswered(() -> get(bob.claim(new ClaimRequest(bobs, false, true, "")))))
                    .isInstanceOf(ClaimReply.Waiting.class);

            // It connects again when something is asked; what was asked on the old connection fails with it.
            Await.until("what was given back to be free", () -> {
                Renewal renewal = untilAnswered(() -> get(ada.renew(ADA, Set.of(kept), Set.of())));
                assertThat(renewal).isEqualTo(new Renewal.Renewed(Set.of(), Set.of()));
                return get(bob.claim(new ClaimRequest(bobs, false, true, ""))) instanceof ClaimReply.Granted;
            });
            granted(bob, claimId(BOB, "alone", 2), false);
            assertThat(get(bob.claim(new ClaimRequest(claimId(BOB, "kept", 3), false, false, ""))))
                    .isInstanceOf(ClaimReply.Busy.class);
            assertThat(get(bob.roster("workers", -1)))
                    .isInstanceOfSatisfying(
                            RosterReply.Whole.class,
                            whole -> assertThat(whole.entries()).isEmpty());
        }
    }

    // Sequences are drawn before they are noted: one may be asked for after a higher one. A server that did not know
    // the
    // script for giving up had it asked again, after such a claim.
    @Test
    @DisplayName("has nothing taken from it that was asked for on the new connection, with whatever sequence")
    void askedForSince() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), Duration.ofSeconds(2))) {
            AtomicReference<Driver> known = new AtomicReference<>();
            AtomicLong next = new AtomicLong(100);
            Map<ClaimId, CompletableFuture<ClaimReply>> asked = new ConcurrentHashMap<>();
            // Told of the break and of the new connection; of that before the first answer is read.
            Signals askMore = subject -> {
                Driver driver = known.get();
                if (driver != null && subject instanceof Subject.Session) {
                    ClaimId id = claimId(ADA, "x" + next.get(), next.getAndDecrement());
                    asked.put(id, driver.claim(new ClaimRequest(id, false, false, "")));
                }
            };
            Driver ada = drivers.open("redis://" + server.authority(), Duration.ZERO, askMore);
            Driver bob = drivers.open("redis://" + server.authority());
            get(ada.openSession(ADA, Duration.ofMinutes(1)));
            get(bob.openSession(BOB, Duration.ofMinutes(1)));
            granted(ada, claimId(ADA, "highest", 101), false);
            server.command("SCRIPT", "FLUSH");
            granted(bob, claimId(BOB, "other", 1), false);
            known.set(ada);
            server.command("CLIENT", "KILL", "TYPE", "pubsub");

            untilAnswered(() -> get(ada.renew(ADA, Set.of(), Set.of())));
            Await.until("a claim on the new connection", () -> !asked.isEmpty());
            get(ada.renew(ADA, Set.of(), Set.of()));
            for (ClaimId id : asked.keySet()) {
                assertThat(get(asked.get(id))).isInstanceOf(ClaimReply.Granted.class);
                ClaimId bobs = new ClaimId(id.key(), BOB, id.sequence());
                assertThat(untilAnswered(() -> get(bob.claim(new ClaimRequest(bobs, false, false, "")))))
                        .as(id.toString())
                        .isInstanceOf(ClaimReply.Busy.class);
            }
        }
    }

    // The log of changes has one after the revision that the watcher knows, and cannot say that ada has never been
    // there.
    @Test
    @DisplayName("tells the whole roster to who has seen what was lost, although there are changes since")
    void seenButLost() throws Exception {
        try (RedisServer server = RedisServer.options().volatileOnly().start();
                BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), Duration.ofSeconds(2))) {
            Driver driver = drivers.open("redis://" + server.authority());
            get(driver.openSession(ADA, Duration.ofMinutes(1)));
            get(driver.openSession(BOB, Duration.ofMinutes(1)));
            assertThat(get(driver.createGroup("workers"))).isTrue();
            List<String> keys = List.of(
                    "claims", "groups", "session:" + ADA.incarnation(), "session:" + BOB.incarnation(), "sessions");
            for (String key : keys.subList(1, keys.size())) {
                copy(server, key(key), "before:" + key);
            }
            server.command("HSET", "before:claims", "#", "1");
            get(driver.enrol(new Enrolment(new EnrolmentId(ADA, "workers", 1), "{}", false, false)));
            get(driver.enrol(new Enrolment(new EnrolmentId(BOB, "workers", 1), "{}", false, false)));
            long seen = ((RosterReply.Whole) get(driver.roster("workers", -1))).revision();
            for (String key : keys) {
                copy(server, "before:" + key, key(key));
            }
            server.command("DEL", key("group:workers"), key("log:workers"));
            get(driver.endSession(ADA));
            EnrolmentId again = new EnrolmentId(BOB, "workers", 2);
            assertThat(get(driver.enrol(new Enrolment(again, "{}", false, false))))
                    .isEqualTo(EnrolReply.ENROLLED);

            assertThat(get(driver.roster("workers", seen))).isInstanceOfSatisfying(RosterReply.Whole.class, whole -> {
                assertThat(whole.historyLost()).isTrue();
                assertThat(whole.entries()).extracting(RosterEntry::id).containsExactly(again);
                assertThat(whole.revision()).isGreaterThan(seen);
            });
        }
    }

    private static ClaimId granted(Driver driver, ClaimId id, boolean shared) throws Exception {
        assertThat(get(driver.claim(new ClaimRequest(id, shared, false, "")))).isInstanceOf(ClaimReply.Granted.class);
        return id;
    }

    private static String key(String name) {
        return "conclave:{conclave}:" + name;
    }

    private static void copy(RedisServer server, String from, String to) throws Exception {
        assertThat(server.command("COPY", from, to, "REPLACE")).as(from).endsWith("1");
    }

    /** A step on a connection that was just cut may fail with it. */
    private static <T> T untilAnswered(Step<T> step) throws Exception {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Await.until("an answer", () -> {
            try {
                answer.complete(step.run());
                return true;
            } catch (ExecutionException e) {
                return false;
            }
        });
        return answer.join();
    }

    @FunctionalInterface
    private interface Step<T> {
        T run() throws Exception;
    }
}
