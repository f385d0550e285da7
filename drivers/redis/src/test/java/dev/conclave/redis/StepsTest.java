package dev.conclave.redis;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The steps on Redis")
class StepsTest {
    private static final int ROUNDS = 5_000;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final SessionId ADA = session("ada", 'a');
    private static final SessionId BOB = session("bob", 'b');
    private static final SessionId CAT = session("cat", 'c');
    private static final SessionId DAN = session("dan", 'd');

    private final BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), Duration.ofSeconds(5));
    private final Set<Subject> signals = drivers.signals();
    private RedisServer server;
    private Driver driver;

    @BeforeEach
    void start() throws Exception {
        server = RedisServer.options().volatileOnly().start();
        driver = open();
    }

    @AfterEach
    void stop() throws Exception {
        drivers.close();
        server.close();
    }

    private Driver open() throws Exception {
        return drivers.open("redis://" + server.authority());
    }

    private ClaimReply claim(ClaimId id, boolean shared) throws Exception {
        return get(driver.claim(new ClaimRequest(id, shared, true, "")));
    }

    private static long token(ClaimReply reply) {
        return ((ClaimReply.Granted) reply).token();
    }

    @Test
    @DisplayName("go on when the server has forgotten the scripts")
    void noScript() throws Exception {
        get(driver.openSession(ADA, LONG));
        long first = token(claim(claimId(ADA, "x", 1), false));
        server.command("SCRIPT", "FLUSH");
        List<CompletableFuture<ClaimReply>> many = new ArrayList<>();
        for (int i = 2; i < 200; i++) {
            many.add(driver.claim(new ClaimRequest(claimId(ADA, "x" + i, i), false, false, "")));
        }
        Set<Long> tokens = new HashSet<>();
        for (CompletableFuture<ClaimReply> each : many) {
            tokens.add(token(get(each)));
        }
        assertThat(tokens).hasSize(198).allMatch(token -> token > first);
    }

    @Test
    @DisplayName("know a claim by its id: asked again, it is the same grant, and released once")
    void idempotent() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        for (boolean shared : List.of(false, true)) {
            ClaimId claim = claimId(ADA, "x" + shared, shared ? 2 : 1);
            long token = token(claim(claim, shared));
            assertThat(token(claim(claim, shared))).isEqualTo(token);
            assertThat(get(driver.release(claimId(BOB, "x" + shared, 1)))).isEqualTo(Released.NOTHING);
            assertThat(get(driver.release(claim))).isEqualTo(Released.HELD);
            assertThat(get(driver.release(claim))).isEqualTo(Released.NOTHING);
        }
        assertThat(server.command("HKEYS", "conclave:{conclave}:claims")).isEqualTo("#");
    }

    @Test
    @DisplayName("serve first come, first served: a reader does not pass a writer that waits")
    void fair() throws Exception {
        for (SessionId each : List.of(ADA, BOB, CAT, DAN)) {
            get(driver.openSession(each, LONG));
        }
        token(claim(claimId(ADA, "x", 1), true));
        assertThat(claim(claimId(BOB, "x", 2), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(claim(claimId(CAT, "x", 3), true)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(claim(claimId(DAN, "x", 4), true)).isInstanceOf(ClaimReply.Waiting.class);
        signals.clear();
        get(driver.release(claimId(ADA, "x", 1)));
        Subject bobs = new Subject.Request(claimId(BOB, "x", 2));
        Await.until("bob to be told", () -> signals.contains(bobs));
        assertThat(signals).containsExactly(bobs);
        assertThat(claim(claimId(CAT, "x", 3), true)).isInstanceOf(ClaimReply.Waiting.class);
        token(claim(claimId(BOB, "x", 2), false));
        signals.clear();
        get(driver.release(claimId(BOB, "x", 2)));
        Await.until("both readers to be told", () -> signals.size() == 2);
        token(claim(claimId(DAN, "x", 4), true));
        token(claim(claimId(CAT, "x", 3), true));
        ClaimStatus status = get(driver.inspect(new ClaimKey(ClaimKey.Kind.LOCK, "x")));
        assertThat(status.holders())
                .extracting(holding -> holding.id().session())
                .containsExactly(DAN, CAT);
        assertThat(status.waiters()).isZero();
    }

    @Test
    @DisplayName("let the next one in when a request in front gives up, or its session ends")
    void givingUp() throws Exception {
        for (SessionId each : List.of(ADA, BOB, CAT, DAN)) {
            get(driver.openSession(each, LONG));
        }
        token(claim(claimId(ADA, "x", 1), true));
        claim(claimId(BOB, "x", 2), false);
        claim(claimId(CAT, "x", 3), true);
        claim(claimId(DAN, "x", 4), false);
        signals.clear();
        assertThat(get(driver.release(claimId(BOB, "x", 2)))).isEqualTo(Released.WAITING);
        Subject cats = new Subject.Request(claimId(CAT, "x", 3));
        Await.until("cat to be told", () -> signals.contains(cats));
        token(claim(claimId(CAT, "x", 3), true));
        get(driver.endSession(ADA));
        signals.clear();
        get(driver.endSession(CAT));
        Await.until("dan to be told", () -> signals.contains(new Subject.Request(claimId(DAN, "x", 4))));
        token(claim(claimId(DAN, "x", 4), false));
    }

    @Test
    @DisplayName("renew thousands of claims at once and name exactly those that are gone")
    void renewal() throws Exception {
        get(driver.openSession(ADA, LONG));
        Set<ClaimId> claims = new HashSet<>();
        for (int i = 1; i <= 2_500; i++) {
            ClaimId claim = claimId(ADA, "n" + i, i);
            claims.add(claim);
            driver.claim(new ClaimRequest(claim, i % 2 == 0, false, "")).get();
        }
        EnrolmentId listed = new EnrolmentId(ADA, "workers", 1);
        EnrolmentId unlisted = new EnrolmentId(ADA, "others", 2);
        get(driver.enrol(new Enrolment(listed, "{}", true, false)));
        assertThat(get(driver.renew(ADA, claims, Set.of(listed)))).isEqualTo(new Renewal.Renewed(Set.of(), Set.of()));
        Set<ClaimId> gone = Set.of(claimId(ADA, "n7", 7), claimId(ADA, "n1000", 1_000), claimId(ADA, "n2500", 2_500));
        for (ClaimId each : gone) {
            get(driver.release(each));
        }
        assertThat(get(driver.renew(ADA, claims, Set.of(listed, unlisted))))
                .isEqualTo(new Renewal.Renewed(gone, Set.of(unlisted)));
        assertThat(get(driver.renew(BOB, Set.of(), Set.of()))).isEqualTo(new Renewal.NoSession());
    }

    @Test
    @DisplayName("clear away what a dead session leaves, and wake who waits for it, when another one renews")
    void remains() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        token(claim(claimId(ADA, "x", 1), false));
        token(claim(claimId(ADA, "y", 2), true));
        get(driver.enrol(new Enrolment(new EnrolmentId(ADA, "workers", 1), "{}", true, false)));
        claim(claimId(BOB, "x", 3), false);
        signals.clear();
        server.command("ZADD", "conclave:{conclave}:sessions", "XX", "1", ADA.incarnation());
        get(driver.renew(BOB, Set.of(), Set.of()));
        Await.until("bob to be told", () -> signals.contains(new Subject.Request(claimId(BOB, "x", 3))));
        assertThat(get(driver.release(claimId(ADA, "x", 1)))).isEqualTo(Released.NOTHING);
        token(claim(claimId(BOB, "x", 3), false));
        get(driver.release(claimId(BOB, "x", 3)));
        assertThat(server.command("KEYS", "*").lines())
                .containsExactlyInAnyOrder(
                        "conclave:{conclave}:claims",
                        "conclave:{conclave}:sessions",
                        "conclave:{conclave}:session:" + BOB.incarnation(),
                        "conclave:{conclave}:groups",
                        "conclave:{conclave}:log:workers");
        assertThat(server.command("HKEYS", "conclave:{conclave}:claims")).isEqualTo("#");
    }

    @Test
    @DisplayName("tell rosters as deltas, and as a whole when more has changed than is remembered")
    void history() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        EnrolmentId ada = new EnrolmentId(ADA, "workers", 1);
        EnrolmentId bob = new EnrolmentId(BOB, "workers", 1);
        get(driver.enrol(new Enrolment(ada, "{\"cpu\": 8}", true, false)));
        RosterReply.Whole first = (RosterReply.Whole) get(driver.roster("workers", -1));
        assertThat(first.entries()).extracting(entry -> entry.id()).containsExactly(ada);
        assertThat(get(driver.roster("workers", first.revision()))).isEqualTo(new RosterReply.Unchanged());

        assertThat(get(driver.enrol(new Enrolment(bob, "{}", false, false)))).isEqualTo(EnrolReply.ENROLLED);
        get(driver.withdraw(ada));
        RosterReply.Delta delta = (RosterReply.Delta) get(driver.roster("workers", first.revision()));
        assertThat(delta.left()).containsExactly(ada);
        assertThat(delta.listed()).extracting(entry -> entry.id()).containsExactly(bob);

        for (int i = 1; i <= 1_100; i++) {
            driver.amend(bob, i, "{\"n\": " + i + "}").get();
        }
        RosterReply.Whole whole = (RosterReply.Whole) get(driver.roster("workers", delta.revision()));
        assertThat(whole.historyLost()).isTrue();
        assertThat(whole.entries()).extracting(entry -> entry.capabilities()).containsExactly("{\"n\": 1100}");
        server.command("FLUSHALL");
        get(driver.createGroup("workers"));
        assertThat(((RosterReply.Whole) get(driver.roster("workers", -1))).revision())
                .isGreaterThan(whole.revision());
    }

    @Test
    @DisplayName("find members gone when the server has dropped the key of all sessions")
    void droppedSessions() throws Exception {
        get(driver.openSession(ADA, LONG));
        EnrolmentId ada = new EnrolmentId(ADA, "workers", 1);
        get(driver.enrol(new Enrolment(ada, "{}", true, false)));
        token(claim(claimId(ADA, "x", 1), false));
        long revision = ((RosterReply.Whole) get(driver.roster("workers", -1))).revision();
        server.command("DEL", "conclave:{conclave}:sessions");
        assertThat(get(driver.renew(ADA, Set.of(), Set.of()))).isEqualTo(new Renewal.NoSession());
        get(driver.openSession(BOB, LONG));
        RosterReply.Delta delta = (RosterReply.Delta) get(driver.roster("workers", revision));
        assertThat(delta.left()).containsExactly(ada);
        assertThat(get(driver.list(ClaimKey.Kind.LOCK))).isEmpty();
    }

    @Test
    @DisplayName("signal everything that is watched or waited for, once the connection is there again")
    void reconnected() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        token(claim(claimId(ADA, "x", 1), false));
        claim(claimId(BOB, "x", 2), false);
        Subject group = new Subject.Group("workers");
        get(driver.watch(group));
        TimeUnit.MILLISECONDS.sleep(150); // a connection that breaks at once is not told of, lest it be told for ever
        signals.clear();
        server.command("CLIENT", "KILL", "TYPE", "pubsub");
        Await.until("the break to be told", () -> signals.contains(new Subject.Session(ADA)));
        Await.until("the driver to be back", () -> {
            try {
                return get(driver.renew(ADA, Set.of(claimId(ADA, "x", 1)), Set.of())) instanceof Renewal.Renewed;
            } catch (java.util.concurrent.ExecutionException e) {
                return false;
            }
        });
        assertThat(signals)
                .contains(
                        new Subject.Session(ADA),
                        new Subject.Session(BOB),
                        new Subject.Request(claimId(BOB, "x", 2)),
                        group);
        signals.clear();
        get(driver.release(claimId(ADA, "x", 1)));
        Await.until("bob to be told", () -> signals.contains(new Subject.Request(claimId(BOB, "x", 2))));
        get(driver.createGroup("workers"));
        Await.until("the watcher to be told", () -> signals.contains(group));
    }

    @Test
    @DisplayName(
            "publish who takes and leaves a lock only once somebody has watched one, and when all was forgotten, once one who watches has looked")
    void watchedLocks() throws Exception {
        get(driver.openSession(ADA, LONG));
        token(claim(claimId(ADA, "x", 1), false));
        get(driver.release(claimId(ADA, "x", 1)));
        assertThat(server.command("INFO", "commandstats"))
                .contains("cmdstat_evalsha")
                .doesNotContain("cmdstat_publish");

        Driver watcher = open();
        Subject lock = new Subject.Key(new ClaimKey(ClaimKey.Kind.LOCK, "x"));
        get(watcher.watch(lock));
        for (int round = 0; round < 2; round++) {
            signals.clear();
            token(claim(claimId(ADA, "x", 2 + round), false));
            Await.until("the taking to be told", () -> signals.contains(lock));
            signals.clear();
            assertThat(get(driver.release(claimId(ADA, "x", 2 + round)))).isEqualTo(Released.HELD);
            Await.until("the leaving to be told", () -> signals.contains(lock));
            assertThat(get(driver.list(ClaimKey.Kind.LOCK))).isEmpty();
            server.command("FLUSHALL");
            get(watcher.inspect(new ClaimKey(ClaimKey.Kind.LOCK, "x")));
            get(driver.openSession(ADA, LONG));
        }
    }

    @Test
    @DisplayName("publish who leads, whether anybody watches or not")
    void elections() throws Exception {
        get(driver.openSession(ADA, LONG));
        ClaimKey election = new ClaimKey(ClaimKey.Kind.ELECTION, "x");
        get(driver.watch(new Subject.Key(election)));
        signals.clear();
        token(get(driver.claim(new ClaimRequest(new ClaimId(election, ADA, 1), false, true, "hello"))));
        Await.until("the winning to be told", () -> signals.contains(new Subject.Key(election)));
        signals.clear();
        get(driver.release(new ClaimId(election, ADA, 1)));
        Await.until("the leaving to be told", () -> signals.contains(new Subject.Key(election)));
    }

    // What is noted in one order and asked for in another is taken for watched, and deaf. It takes some rounds, with
    // ever
    // another delay between the two threads, until they meet there.
    @Test
    @DisplayName("leave a subject watched that one thread watched while another one stopped watching it")
    void watchedAndUnwatched() throws Exception {
        Subject group = new Subject.Group("workers");
        AtomicInteger round = new AtomicInteger();
        AtomicInteger stopped = new AtomicInteger();
        Thread other = new Thread(() -> {
            for (int i = 1; i <= ROUNDS; i++) {
                while (round.get() < i) {
                    Thread.onSpinWait();
                }
                driver.unwatch(group);
                stopped.set(i);
            }
        });
        other.setDaemon(true);
        get(driver.watch(group));
        other.start();
        for (int i = 1; i <= ROUNDS; i++) {
            round.set(i);
            for (int k = i % 100; k > 0; k--) {
                Thread.onSpinWait();
            }
            CompletableFuture<Duration> watched = driver.watch(group);
            while (stopped.get() < i) {
                Thread.onSpinWait();
            }
            get(watched);
            get(driver.watch(group));
            List<Request<?>> subscriptions = ((RedisDriver) driver).greeting();
            assertThat(subscriptions).as("subscriptions after round %s", i).hasSize(1);
        }
        assertThat(server.command("PUBSUB", "CHANNELS")).contains(":group:workers");
    }

    @Test
    @DisplayName("renew, release and break also when the server's memory is full, and take nothing new")
    void outOfMemory() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        ClaimId released = claimId(ADA, "released", 1);
        ClaimId broken = claimId(ADA, "broken", 2);
        token(claim(released, false));
        long token = token(claim(broken, false));
        assertThat(claim(claimId(BOB, "released", 1), false)).isInstanceOf(ClaimReply.Waiting.class);
        server.command("CONFIG", "SET", "maxmemory", "1");

        assertThat(get(driver.renew(ADA, Set.of(released, broken), Set.of())))
                .isEqualTo(new Renewal.Renewed(Set.of(), Set.of()));
        assertThatThrownBy(() -> claim(claimId(ADA, "new", 3), false))
                .hasCauseInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("maxmemory");
        assertThat(get(driver.release(released))).isEqualTo(Released.HELD);
        token(claim(claimId(BOB, "released", 1), false));
        assertThat(get(driver.breakClaim(broken.key(), token))).isTrue();
    }

    // One script that clears away all that many dead members leave holds up the server until the living are dead as
    // well.
    @Test
    @DisplayName("clear away what many dead sessions leave in portions, and have none of these on a roster meanwhile")
    void manyRemains() throws Exception {
        get(driver.openSession(ADA, LONG));
        List<CompletableFuture<ClaimReply>> claims = new ArrayList<>();
        for (int i = 0; i <= 50; i++) {
            SessionId dead = new SessionId("dead" + i, "d".repeat(24) + (char) ('a' + i / 26) + (char) ('a' + i % 26));
            get(driver.openSession(dead, LONG));
            get(driver.enrol(new Enrolment(new EnrolmentId(dead, "workers", 1), "{}", true, false)));
            for (int k = 1; k <= (i == 0 ? 3_000 : 100); k++) {
                ClaimId id = claimId(dead, "x" + i + "-" + k, k);
                claims.add(driver.claim(new ClaimRequest(id, false, false, "")));
            }
        }
        for (CompletableFuture<ClaimReply> each : claims) {
            token(get(each));
        }
        String expire = "for _, inc in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do if inc ~= ARGV[1] then"
                + " redis.call('ZADD', KEYS[1], 1, inc) end end return 1";
        server.command("EVAL", expire, "1", "conclave:{conclave}:sessions", ADA.incarnation());

        long deletions = calls("hdel");
        long messages = calls("publish");
        RosterReply.Whole whole = (RosterReply.Whole) get(driver.roster("workers", -1));
        assertThat(whole.entries()).isEmpty();
        assertThat(calls("hdel") - deletions).isLessThan(5_000);
        assertThat(calls("publish") - messages).isLessThan(2_500);

        for (int i = 0; i < 5; i++) {
            get(driver.renew(ADA, Set.of(), Set.of()));
        }
        assertThat(server.command("KEYS", "*").lines())
                .containsExactlyInAnyOrder(
                        "conclave:{conclave}:claims",
                        "conclave:{conclave}:sessions",
                        "conclave:{conclave}:session:" + ADA.incarnation(),
                        "conclave:{conclave}:groups",
                        "conclave:{conclave}:log:workers");
        assertThat(server.command("HKEYS", "conclave:{conclave}:claims")).isEqualTo("#");
        assertThat(server.command("ZCARD", "conclave:{conclave}:sessions")).isEqualTo("1");
    }

    private long calls(String command) throws Exception {
        String line = "cmdstat_" + command + ":calls=";
        return server.command("INFO", "commandstats")
                .lines()
                .filter(each -> each.startsWith(line))
                .map(each -> Long.parseLong(each.substring(line.length(), each.indexOf(','))))
                .findFirst()
                .orElse(0L);
    }

    // The engine opens another one, and would leave a channel behind with each attempt.
    @Test
    @DisplayName("leave nothing behind of a session that could not be opened")
    void notOpened() throws Exception {
        get(driver.openSession(BOB, LONG));
        server.command("CONFIG", "SET", "maxmemory", "1");
        assertThatThrownBy(() -> get(driver.openSession(ADA, LONG)))
                .hasCauseInstanceOf(BackendUnavailableException.class);
        Await.until(
                "the channel to be left",
                () -> !server.command("PUBSUB", "CHANNELS").contains(ADA.incarnation()));
        assertThat(server.command("PUBSUB", "CHANNELS")).contains(BOB.incarnation());
    }

    @Test
    @DisplayName(
            "do not read all who share a lock for each that comes, and find the lock free when all of them are dead")
    void manySharers() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        long reads = calls("hkeys");
        for (int i = 1; i <= 300; i++) {
            token(claim(claimId(ADA, "x", i), true));
        }
        assertThat(calls("hkeys") - reads).as("reads of all who hold").isZero();
        server.command("ZADD", "conclave:{conclave}:sessions", "XX", "1", ADA.incarnation());
        token(claim(claimId(BOB, "x", 1), false));
        assertThat(server.command("EXISTS", "conclave:{conclave}:holders:Lx")).isEqualTo("0");
    }
}
