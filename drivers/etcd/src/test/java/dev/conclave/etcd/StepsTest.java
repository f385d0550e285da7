package dev.conclave.etcd;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.EtcdServer;
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
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The steps on etcd")
class StepsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final SessionId ADA = session("ada", 'a');
    private static final SessionId BOB = session("bob", 'b');
    private static final SessionId CAT = session("cat", 'c');
    private static final SessionId DAN = session("dan", 'd');

    private final BareDrivers drivers = new BareDrivers(new EtcdDriverProvider(), Duration.ofSeconds(5));
    private final Set<Subject> signals = drivers.signals();
    private EtcdServer server;
    private Driver driver;

    @BeforeEach
    void start() throws Exception {
        server = EtcdServer.start();
        driver = open();
    }

    @AfterEach
    void stop() throws Exception {
        drivers.close();
        server.close();
    }

    private Driver open() throws Exception {
        return open(server.address(), Duration.ZERO);
    }

    private Driver open(InetSocketAddress address, Duration clockOffBy) throws Exception {
        return drivers.open("etcd://127.0.0.1:" + address.getPort(), clockOffBy);
    }

    /** After a break: the first calls may meet the broken connection. */
    private static <T> T eventually(String what, java.util.function.Supplier<CompletableFuture<T>> step)
            throws Exception {
        return Await.value(what, () -> {
            try {
                return java.util.Optional.of(get(step.get()));
            } catch (ExecutionException e) {
                return java.util.Optional.empty();
            }
        });
    }

    private static ClaimReply claim(Driver driver, ClaimId id, boolean shared, boolean queue) throws Exception {
        return get(driver.claim(new ClaimRequest(id, shared, queue, "")));
    }

    private ClaimReply claim(ClaimId id, boolean shared) throws Exception {
        return claim(driver, id, shared, true);
    }

    private static long token(ClaimReply reply) {
        return ((ClaimReply.Granted) reply).token();
    }

    private static RosterReply.Whole whole(Driver driver) throws Exception {
        return (RosterReply.Whole) get(driver.roster("workers", -1));
    }

    @Test
    @DisplayName(
            "know a claim by its id: asked again, also by who does not know of the first time, it is the same grant")
    void idempotent() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        Driver forgetful = open();
        for (boolean shared : List.of(false, true)) {
            for (boolean queue : List.of(false, true)) {
                String name = "x" + shared + queue;
                ClaimId claim = claimId(ADA, name, 1);
                long token = token(claim(driver, claim, shared, queue));
                assertThat(token(claim(driver, claim, shared, queue))).isEqualTo(token);
                assertThat(token(claim(forgetful, claim, shared, queue))).isEqualTo(token);
                assertThat(get(driver.release(claimId(BOB, name, 1)))).isEqualTo(Released.NOTHING);
                assertThat(get(forgetful.release(claim))).isEqualTo(Released.HELD);
                assertThat(get(driver.release(claim))).isEqualTo(Released.NOTHING);
            }
        }
        assertThat(server.count("/conclave/l/")).isZero();
    }

    @Test
    @DisplayName(
            "know a request that waits by its id: asked again, it keeps its place, and who forgot it can release it")
    void waiting() throws Exception {
        for (SessionId each : List.of(ADA, BOB, CAT)) {
            get(driver.openSession(each, LONG));
        }
        Driver forgetful = open();
        token(claim(claimId(ADA, "x", 1), false));
        assertThat(claim(claimId(BOB, "x", 2), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(claim(claimId(CAT, "x", 3), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(claim(forgetful, claimId(BOB, "x", 2), false, true)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(get(driver.inspect(new ClaimKey(ClaimKey.Kind.LOCK, "x"))).waiters())
                .isEqualTo(2);
        assertThat(get(open().release(claimId(BOB, "x", 2)))).isEqualTo(Released.WAITING);
        assertThat(get(open().release(claimId(ADA, "x", 1)))).isEqualTo(Released.HELD);
        Await.until("cat to be told", () -> signals.contains(new Subject.Request(claimId(CAT, "x", 3))));
        assertThat(token(claim(claimId(CAT, "x", 3), false))).isPositive();
    }

    @Test
    @DisplayName("serve first come, first served: a reader does not pass a writer that waits")
    void fair() throws Exception {
        for (SessionId each : List.of(ADA, BOB, CAT, DAN)) {
            get(driver.openSession(each, LONG));
        }
        long first = token(claim(claimId(ADA, "x", 1), true));
        assertThat(token(claim(claimId(DAN, "x", 1), true))).isGreaterThan(first);
        assertThat(claim(claimId(BOB, "x", 2), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(claim(claimId(CAT, "x", 3), true)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(claim(driver, claimId(CAT, "x", 4), true, false)).isEqualTo(new ClaimReply.Busy());
        get(driver.release(claimId(ADA, "x", 1)));
        assertThat(signals).doesNotContain(new Subject.Request(claimId(CAT, "x", 3)));
        get(driver.release(claimId(DAN, "x", 1)));
        Await.until("the writer to be told", () -> signals.contains(new Subject.Request(claimId(BOB, "x", 2))));
        long writer = token(claim(claimId(BOB, "x", 2), false));
        assertThat(claim(claimId(CAT, "x", 3), true)).isInstanceOf(ClaimReply.Waiting.class);
        get(driver.release(claimId(BOB, "x", 2)));
        Await.until("the reader to be told", () -> signals.contains(new Subject.Request(claimId(CAT, "x", 3))));
        assertThat(token(claim(claimId(CAT, "x", 3), true))).isGreaterThan(writer);
    }

    @Test
    @DisplayName("renew more claims than a transaction takes, and tell which are gone")
    void manyClaims() throws Exception {
        get(driver.openSession(ADA, LONG));
        Set<ClaimId> claims = new HashSet<>();
        List<CompletableFuture<ClaimReply>> replies = new ArrayList<>();
        for (int i = 1; i <= 260; i++) {
            claims.add(claimId(ADA, "x" + i, i));
            replies.add(driver.claim(new ClaimRequest(claimId(ADA, "x" + i, i), i % 2 == 0, false, "")));
        }
        for (CompletableFuture<ClaimReply> reply : replies) {
            token(get(reply));
        }
        assertThat(get(driver.renew(ADA, claims, Set.of()))).isEqualTo(new Renewal.Renewed(Set.of(), Set.of()));
        ClaimStatus.Holding broken =
                get(driver.inspect(claimId(ADA, "x7", 7).key())).holders().get(0);
        assertThat(get(driver.breakClaim(claimId(ADA, "x7", 7).key(), broken.token() + 1)))
                .isFalse();
        assertThat(get(driver.breakClaim(claimId(ADA, "x7", 7).key(), broken.token())))
                .isTrue();
        Await.until("the holder to be told", () -> signals.contains(new Subject.Session(ADA)));
        assertThat(get(driver.renew(ADA, claims, Set.of())))
                .isEqualTo(new Renewal.Renewed(Set.of(claimId(ADA, "x7", 7)), Set.of()));
    }

    @Test
    @DisplayName("claim nothing for a session whose lease an operator has ended, and tell it so")
    void leaseRevoked() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        EnrolmentId ada = new EnrolmentId(ADA, "workers", 1);
        get(driver.enrol(new Enrolment(ada, "{}", true, false)));
        token(claim(claimId(ADA, "x", 1), false));
        assertThat(claim(claimId(BOB, "x", 1), false)).isInstanceOf(ClaimReply.Waiting.class);
        server.revoke(Keys.lease(ADA));
        Await.until("the holder to be told", () -> signals.contains(new Subject.Session(ADA)));
        Await.until("the waiter to be told", () -> signals.contains(new Subject.Request(claimId(BOB, "x", 1))));
        assertThat(get(driver.renew(ADA, Set.of(), Set.of()))).isEqualTo(new Renewal.NoSession());
        assertThat(claim(claimId(ADA, "y", 2), false)).isEqualTo(new ClaimReply.NoSession());
        assertThat(claim(driver, claimId(ADA, "y", 3), true, false)).isEqualTo(new ClaimReply.NoSession());
        assertThat(get(driver.enrol(new Enrolment(ada, "{}", true, false)))).isEqualTo(EnrolReply.NO_SESSION);
        token(claim(claimId(BOB, "x", 1), false));
        get(driver.endSession(ADA));
    }

    @Test
    @DisplayName("list the latest joining only: what comes late for an earlier one changes nothing")
    void enrolments() throws Exception {
        get(driver.openSession(ADA, LONG));
        EnrolmentId first = new EnrolmentId(ADA, "workers", 1);
        EnrolmentId second = new EnrolmentId(ADA, "workers", 2);
        assertThat(get(driver.enrol(new Enrolment(first, "{}", false, false)))).isEqualTo(EnrolReply.NO_GROUP);
        assertThat(get(driver.enrol(new Enrolment(first, "{\"n\": 1}", true, false))))
                .isEqualTo(EnrolReply.ENROLLED);
        assertThat(get(driver.withdraw(first))).isTrue();
        assertThat(get(driver.enrol(new Enrolment(second, "{\"n\": 2}", true, false))))
                .isEqualTo(EnrolReply.ENROLLED);
        assertThat(get(driver.withdraw(first))).isFalse();
        assertThat(get(driver.enrol(new Enrolment(first, "{\"n\": 1}", true, true))))
                .isEqualTo(EnrolReply.ENROLLED);
        assertThat(get(driver.amend(first, 9, "{}"))).isFalse();
        assertThat(get(driver.amend(second, 2, "{\"n\": 4}"))).isTrue();
        assertThat(get(driver.amend(second, 1, "{\"n\": 3}"))).isTrue();
        assertThat(whole(driver).entries()).singleElement().satisfies(entry -> {
            assertThat(entry.id()).isEqualTo(second);
            assertThat(entry.capabilities()).isEqualTo("{\"n\": 4}");
        });
    }

    @Test
    @DisplayName("tell changes as deltas, also those of a time without a connection; the whole after a compaction")
    void history() throws Exception {
        get(driver.openSession(ADA, LONG));
        get(driver.openSession(BOB, LONG));
        EnrolmentId ada = new EnrolmentId(ADA, "workers", 1);
        get(driver.enrol(new Enrolment(ada, "{}", true, false)));
        Subject group = new Subject.Group("workers");
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver watcher = open(proxy.address(), Duration.ZERO);
            get(watcher.watch(group));
            RosterReply.Whole first = whole(watcher);
            assertThat(get(watcher.roster("workers", first.revision()))).isEqualTo(new RosterReply.Unchanged());

            proxy.refuse();
            proxy.cut();
            get(driver.withdraw(ada));
            EnrolmentId again = new EnrolmentId(ADA, "workers", 2);
            get(driver.enrol(new Enrolment(again, "{}", true, false)));
            proxy.heal();
            eventually("to watch again", () -> watcher.watch(group));
            Set<EnrolmentId> left = new HashSet<>();
            Set<EnrolmentId> listed = new HashSet<>();
            long known = first.revision();
            while (!listed.contains(again)) {
                signals.clear();
                RosterReply reply = get(watcher.roster("workers", known));
                if (reply instanceof RosterReply.Delta delta) {
                    known = delta.revision();
                    left.addAll(delta.left());
                    delta.listed().forEach(entry -> listed.add(entry.id()));
                } else {
                    assertThat(reply).isEqualTo(new RosterReply.Unchanged());
                    Await.until("more to be told", () -> signals.contains(group));
                }
            }
            assertThat(left).containsExactly(ada);
            assertThat(listed).containsExactly(again);
            assertThat(get(watcher.roster("workers", known))).isEqualTo(new RosterReply.Unchanged());

            proxy.refuse();
            proxy.cut();
            EnrolmentId bob = new EnrolmentId(BOB, "workers", 1);
            get(driver.enrol(new Enrolment(bob, "{}", true, false)));
            get(driver.amend(bob, 1, "{\"n\": 1}"));
            server.compact();
            signals.clear();
            proxy.heal();
            eventually("to watch again", () -> watcher.watch(group));
            RosterReply reply = get(watcher.roster("workers", known));
            while (reply instanceof RosterReply.Unchanged) { // the loss comes after the signal that the line is back
                Await.until("more to be told", () -> signals.contains(group));
                signals.clear();
                reply = get(watcher.roster("workers", known));
            }
            RosterReply.Whole whole = (RosterReply.Whole) reply;
            assertThat(whole.historyLost()).isTrue();
            assertThat(whole.entries()).extracting(entry -> entry.id()).containsExactlyInAnyOrder(again, bob);
            assertThat(whole.revision()).isGreaterThan(known);

            signals.clear();
            get(driver.withdraw(bob));
            Await.until("the watch to stand again", () -> signals.contains(group));
            RosterReply.Delta gone = (RosterReply.Delta) get(watcher.roster("workers", whole.revision()));
            assertThat(gone.left()).containsExactly(bob);
        }
    }

    @Test
    @DisplayName("never count backwards, though the data are lost and a member with a slow clock is the first to come")
    void dataLost() throws Exception {
        get(driver.openSession(ADA, LONG));
        long token = token(claim(claimId(ADA, "x", 1), false));
        get(driver.watch(new Subject.Group("workers")));
        get(driver.createGroup("workers"));
        long revision = whole(driver).revision();

        server.restartEmpty();
        Driver slow = open(server.address(), Duration.ofMinutes(-10));
        get(slow.openSession(CAT, LONG));
        long slowToken = token(claim(slow, claimId(CAT, "y", 1), false, false));
        assertThat(slowToken).isLessThan(token); // nobody was there who could have known better

        assertThat(eventually("to be back", () -> driver.renew(ADA, Set.of(claimId(ADA, "x", 1)), Set.of())))
                .isEqualTo(new Renewal.NoSession());
        get(driver.openSession(BOB, LONG));
        long next = token(claim(claimId(BOB, "x", 1), false));
        assertThat(next).isGreaterThan(token);
        get(driver.createGroup("workers"));
        assertThat(get(driver.watch(new Subject.Group("workers")))).isPositive();
        RosterReply.Whole after = (RosterReply.Whole) get(driver.roster("workers", revision));
        assertThat(after.revision()).isGreaterThan(revision);
        assertThat(after.historyLost()).isTrue();
        assertThat(token(claim(slow, claimId(CAT, "z", 2), false, false))).isGreaterThan(next);
        assertThat(token(claim(slow, claimId(CAT, "y", 1), false, false))).isEqualTo(slowToken);
    }

    @Test
    @DisplayName("forget a session that is ended before its opening is answered")
    void endedEarly() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver far = open(proxy.address(), Duration.ZERO);
            get(far.openSession(BOB, LONG));
            proxy.delay(Direction.TO_MEMBER, Duration.ofMillis(400));
            CompletableFuture<Duration> opened = far.openSession(ADA, LONG);
            Await.until("the session to be stored", () -> server.count("/conclave/s/") == 2);
            CompletableFuture<Void> ended = far.endSession(ADA);
            get(opened);
            get(ended);
            proxy.heal();
            signals.clear();

            proxy.cut();

            Await.until("the break to be told", () -> signals.contains(new Subject.Session(BOB)));
            assertThat(signals).doesNotContain(new Subject.Session(ADA));
        }
    }

    // A watch that falls silent was believed for half a minute, though a look was promised every ten seconds.
    @Test
    @DisplayName("hold what a watch told against the store in each look that comes by itself")
    void silentWatch() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver watcher = open(proxy.address(), Duration.ZERO);
            get(driver.createGroup("workers"));
            Duration interval = get(watcher.watch(new Subject.Group("workers")));
            long revision = whole(watcher).revision();
            Await.until("the roster to be told from what is known", () -> !asks(proxy, watcher, revision));

            Await.lasting(interval.dividedBy(4).multipliedBy(3));

            assertThat(asks(proxy, watcher, revision)).isTrue();
        }
    }

    private static boolean asks(TcpProxy proxy, Driver watcher, long revision) throws Exception {
        long before = proxy.packets();
        get(watcher.roster("workers", revision));
        return proxy.packets() > before;
    }

    // What was taken and released after the snapshot was taken is not in it, nor how far its revisions had come.
    @Test
    @DisplayName("never count backwards, though the store is restored from a snapshot")
    void restored() throws Exception {
        get(driver.openSession(ADA, LONG));
        server.keepSnapshot();
        long token = 0;
        for (int i = 1; i <= 10; i++) {
            ClaimId claim = claimId(ADA, "x", i);
            token = token(eventually("a claim", () -> driver.claim(new ClaimRequest(claim, false, true, ""))));
            get(driver.release(claim));
        }

        server.restoreSnapshot();

        ClaimRequest next = new ClaimRequest(claimId(ADA, "x", 11), false, true, "");
        assertThat(token(eventually("a claim", () -> driver.claim(next)))).isGreaterThan(token);
    }

    @Test
    @DisplayName(
            "tell the roster of a new life once the data are lost, though the watch of the former one stands again")
    void watchedInANewLife() throws Exception {
        Subject group = new Subject.Group("workers");
        get(driver.openSession(ADA, LONG));
        get(driver.enrol(new Enrolment(new EnrolmentId(ADA, "workers", 1), "{}", true, false)));
        Driver watcher = open();
        get(watcher.openSession(CAT, LONG));
        get(watcher.watch(group));
        long revision = whole(watcher).revision();
        for (int i = 0; i < 20; i++) {
            get(driver.createGroup("more" + i)); // the new life is far behind the former one's revisions
        }

        server.restartEmpty();
        eventually("to watch again", () -> watcher.watch(group));
        Driver late = open();
        get(late.openSession(BOB, LONG));
        EnrolmentId bob = new EnrolmentId(BOB, "workers", 1);
        get(late.enrol(new Enrolment(bob, "{}", true, false)));
        signals.clear();
        assertThat(eventually("to be back", () -> watcher.renew(CAT, Set.of(), Set.of())))
                .isEqualTo(new Renewal.NoSession());
        get(watcher.openSession(DAN, LONG)); // finds the new life

        assertThat(signals).contains(group);
        RosterReply.Whole after = (RosterReply.Whole) get(watcher.roster("workers", revision));
        assertThat(after.entries()).extracting(entry -> entry.id()).containsExactly(bob);
        get(watcher.watch(group));
        signals.clear();
        get(late.withdraw(bob));
        Await.until("the watch to tell", () -> signals.contains(group));
    }

    @Test
    @DisplayName("hold a watched roster against the store: a member that came by another way is seen by the next look")
    void ownSteps() throws Exception {
        get(driver.openSession(ADA, LONG));
        Subject group = new Subject.Group("workers");
        get(driver.watch(group));
        assertThat(get(driver.roster("workers", -1))).isEqualTo(new RosterReply.NoGroup());
        for (int i = 1; i <= 50; i++) {
            EnrolmentId id = new EnrolmentId(ADA, "workers", i);
            get(driver.enrol(new Enrolment(id, "{}", true, false)));
            RosterReply.Whole whole = whole(driver);
            assertThat(whole.entries()).extracting(entry -> entry.id()).containsExactly(id);
            get(driver.withdraw(id));
            RosterReply.Delta delta = (RosterReply.Delta) get(driver.roster("workers", whole.revision()));
            assertThat(delta.left()).containsExactly(id);
        }
    }

    // The server goes through all keys that a name ever had since it was compacted, at each claim.
    @Test
    @DisplayName("use one key again for the claims of a session on a name, one after the other")
    void oneKeyAgain() throws Exception {
        get(driver.openSession(ADA, LONG));
        String again = "/conclave/l/x/x/" + ADA.incarnation() + "-";
        long token = 0;
        for (int i = 1; i <= 3; i++) {
            ClaimId id = claimId(ADA, "x", i);
            long next = token(claim(id, false));
            assertThat(next).isGreaterThan(token);
            token = next;
            assertThat(server.keys("/conclave/l/")).containsExactly(again);
            assertThat(get(driver.inspect(id.key())).holders())
                    .extracting(holding -> holding.id())
                    .containsExactly(id);
            assertThat(get(driver.release(id))).isEqualTo(Released.HELD);
        }
        token(claim(claimId(ADA, "x", 4), false));
        assertThat(claim(claimId(ADA, "x", 5), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(server.keys("/conclave/l/")).containsExactly(again, again + "5");
        assertThat(get(driver.release(claimId(ADA, "x", 4)))).isEqualTo(Released.HELD);
        token(claim(claimId(ADA, "x", 5), false));
        assertThat(claim(claimId(ADA, "x", 6), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(server.keys("/conclave/l/")).containsExactly(again, again + "5");
        assertThat(get(driver.renew(ADA, Set.of(claimId(ADA, "x", 5)), Set.of())))
                .isEqualTo(new Renewal.Renewed(Set.of(), Set.of()));
    }

    // As a restored snapshot can bring one back.
    @Test
    @DisplayName("do not take a key for their own that another request of the session has put there")
    void anothersKey() throws Exception {
        get(driver.openSession(ADA, LONG));
        Driver other = open();
        long token = token(claim(other, claimId(ADA, "x", 1), false, true));

        assertThat(claim(driver, claimId(ADA, "x", 2), false, false)).isEqualTo(new ClaimReply.Busy());
        assertThat(claim(claimId(ADA, "x", 3), false)).isInstanceOf(ClaimReply.Waiting.class);
        assertThat(get(other.release(claimId(ADA, "x", 1)))).isEqualTo(Released.HELD);
        assertThat(token(claim(claimId(ADA, "x", 3), false))).isGreaterThan(token);
        assertThat(get(driver.release(claimId(ADA, "x", 3)))).isEqualTo(Released.HELD);
        assertThat(server.count("/conclave/l/")).isZero();
    }

    @Test
    @DisplayName(
            "leave a key alone of which something may still be on its way, and a late release takes nobody's claim")
    void keyInDoubt() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address());
                BareDrivers impatient = new BareDrivers(new EtcdDriverProvider(), Duration.ofSeconds(1))) {
            Driver cut = impatient.open("etcd://127.0.0.1:" + proxy.address().getPort());
            get(driver.openSession(BOB, LONG));
            get(cut.openSession(ADA, LONG));
            String again = "/conclave/l/x/x/" + ADA.incarnation() + "-";
            ClaimId first = claimId(ADA, "x", 1);
            token(claim(cut, first, false, true));
            proxy.drop(Direction.TO_MEMBER);
            CompletableFuture<Released> unanswered = cut.release(first);
            assertThatThrownBy(() -> get(unanswered)).isInstanceOf(ExecutionException.class);
            proxy.heal();

            ClaimId second = claimId(ADA, "x", 2);
            token(eventually("a claim", () -> cut.claim(new ClaimRequest(second, false, true, ""))));
            assertThat(server.keys("/conclave/l/")).containsExactly(again + "2");
            assertThat(get(cut.release(first))).isEqualTo(Released.NOTHING);
            assertThat(server.keys("/conclave/l/")).containsExactly(again + "2");
            // Who does not know of a request finds it by what is stored.
            assertThat(get(driver.renew(ADA, Set.of(second, first), Set.of())))
                    .isEqualTo(new Renewal.Renewed(Set.of(first), Set.of()));
            assertThat(get(driver.release(second))).isEqualTo(Released.HELD);
        }
    }

    @Test
    @DisplayName("signal everything that is watched or waited for, once the connection is there again")
    void reconnected() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.address())) {
            Driver cut = open(proxy.address(), Duration.ZERO);
            get(cut.openSession(ADA, LONG));
            get(cut.openSession(BOB, LONG));
            token(claim(cut, claimId(ADA, "x", 1), false, true));
            claim(cut, claimId(BOB, "x", 2), false, true);
            Subject group = new Subject.Group("workers");
            get(cut.watch(group));
            TimeUnit.MILLISECONDS.sleep(150); // a stream that breaks at once is not told of, lest it be told for ever
            signals.clear();
            proxy.cut();
            Await.until("the break to be told", () -> signals.contains(new Subject.Session(ADA)));
            signals.clear();
            eventually("to be back", () -> cut.renew(ADA, Set.of(claimId(ADA, "x", 1)), Set.of()));
            assertThat(signals)
                    .contains(
                            new Subject.Session(ADA),
                            new Subject.Session(BOB),
                            new Subject.Request(claimId(BOB, "x", 2)),
                            group);
            get(cut.watch(group));
            claim(cut, claimId(BOB, "x", 2), false, true);
            signals.clear();
            get(driver.release(claimId(ADA, "x", 1)));
            Await.until("bob to be told", () -> signals.contains(new Subject.Request(claimId(BOB, "x", 2))));
            get(driver.createGroup("workers"));
            Await.until("the watcher to be told", () -> signals.contains(group));
        }
    }
}
