package dev.conclave.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Durations;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.LossReason;
import dev.conclave.Membership;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.kit.process.Belief;
import dev.conclave.kit.process.MemberProcess;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What happens to a session that is a connection, beyond the kit's scenarios, by what an administrator of a database can do. A driver's test
 * extends it.
 */
public abstract class ConnectionFaults {
    /** For the scheduling of a busy machine. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private static int namespaces;

    private final List<Coordinator> coordinators = new ArrayList<>();
    private String options = "";

    /** For subclasses. */
    protected ConnectionFaults() {}

    /** The server for all tests of the class. */
    protected abstract ServerBackend<?> backend();

    /** Ends, of a member's two connections, only the one with the session, of which the member hears nothing by itself. */
    protected abstract void endSession(String member) throws Exception;

    /** Lets the server think that another connection listens for a member. */
    protected abstract void misdirectSignals(String member) throws Exception;

    /** Lets a member's session have ended, and leaves what it held to be cleared away. */
    protected abstract void beginEnding(String member) throws Exception;

    /** The driver, for what no engine is to look after. */
    protected abstract DriverProvider provider();

    /** Ends the connections that listen. */
    protected abstract void endListeners() throws Exception;

    /** How many watches the server knows of which the listener lives. */
    protected abstract long watches() throws Exception;

    @BeforeEach
    final void namespace() {
        options = "?namespace=faults-" + ++namespaces;
    }

    @AfterEach
    final void leave() {
        coordinators.forEach(Coordinator::close);
    }

    /** A member, in the test's own namespace. */
    protected final Coordinator member(String id, Duration ttl) throws InterruptedException {
        return connect(backend().url(), id, ttl);
    }

    private Coordinator connect(String url, String id, Duration ttl) throws InterruptedException {
        Coordinator coordinator = Conclave.connect(url + options + "&ttl=" + Durations.format(ttl), id);
        coordinators.add(coordinator);
        return coordinator;
    }

    /** Waits until so many wait for the lock {@code invoice}. */
    protected static void awaitWaiters(Coordinator observer, int count) throws Exception {
        Await.until(count + " waiters", () -> observer.lock("invoice").info().waiters() == count);
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    @DisplayName("a killed member is gone within a second: for a waiter, and for a watcher of its group")
    final void killed() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator bob = member("bob", ttl);
        List<Duration> granted = new ArrayList<>();
        List<Duration> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            try (MemberProcess ada = MemberProcess.start(backend().url() + options + "&ttl=30s", "ada")) {
                ada.awaitReady();
                ada.acquire("invoice");
                ada.call("join", "group", "workers");
                ConcurrentLinkedQueue<GroupEvent> left = new ConcurrentLinkedQueue<>();
                var watching = bob.group("workers").watch(event -> {
                    if (event instanceof GroupEvent.Left) {
                        left.add(event);
                    }
                });
                var waiting = bob.lock("invoice").async().acquire();
                awaitWaiters(bob, 1);
                ada.kill();
                long start = System.nanoTime();

                waiting.get().release();

                granted.add(since(start));
                Await.until("the killed member to leave", () -> !left.isEmpty());
                told.add(since(start));
                watching.close();
            }
        }
        for (List<Duration> took : List.of(granted, told)) {
            // The machine may stand still once; a defect takes the time-to-live each time.
            assertThat(Collections.min(took)).isLessThan(Duration.ofSeconds(1).plus(SLACK));
            assertThat(Collections.max(took)).isLessThan(ttl.dividedBy(2));
        }
    }

    @Test
    @DisplayName(
            "a member whose packets vanish ends a time-to-live after its last one, and a second later at most for others")
    final void silentDrop() throws Exception {
        Duration ttl = Duration.ofSeconds(2);
        try (TcpProxy proxy = TcpProxy.to(backend().server().address())) {
            Grant adas = connect(backend().urlVia(proxy.address()), "ada", ttl)
                    .lock("invoice")
                    .acquire();
            Coordinator bob = member("bob", ttl);
            Belief belief = Belief.in(adas);
            proxy.drop(Direction.TO_BACKEND);
            proxy.drop(Direction.TO_MEMBER);
            long start = System.nanoTime();

            Grant bobs = bob.lock("invoice").acquire(Await.PATIENCE);

            long granted = System.nanoTime();
            assertThat(since(start)).isLessThan(ttl.plusSeconds(1).plus(SLACK));
            Await.until("the holder to know", belief::isOver);
            assertThat(belief.until()).isLessThan(granted);
            assertThat(bobs.fencingToken()).isGreaterThan(adas.fencingToken());
        }
    }

    @Test
    @DisplayName("a member that is stopped ends in the same time, though its kernel answers for it")
    final void stopped() throws Exception {
        Duration ttl = Duration.ofSeconds(2);
        try (MemberProcess ada = MemberProcess.start(backend().url() + options + "&ttl=2s", "ada")) {
            ada.awaitReady();
            ada.acquire("invoice");
            Coordinator bob = member("bob", ttl);
            ada.pause();
            long start = System.nanoTime();

            assertThat(bob.lock("invoice").tryAcquire(Await.PATIENCE)).isPresent();

            assertThat(since(start)).isLessThan(ttl.plusSeconds(1).plus(SLACK));
        }
    }

    @Test
    @DisplayName("a member whose session the server ended on its own is told before anybody else is let in")
    final void connectionTerminated() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator bob = member("bob", ttl);
        for (int i = 0; i < 5; i++) {
            Grant adas = member("ada-" + i, ttl).lock("invoice").acquire();
            Belief belief = Belief.in(adas);
            var waiting = bob.lock("invoice").async().acquire();
            awaitWaiters(bob, 1);
            endSession("ada-" + i);

            Grant bobs = waiting.get();

            long granted = System.nanoTime();
            Await.until("the holder to know", belief::isOver);
            assertThat(belief.until()).isLessThan(granted);
            assertThat(adas.lost().get().reason()).isEqualTo(LossReason.FORGOTTEN);
            bobs.release();
        }
    }

    @Test
    @DisplayName(
            "a waiter whose session the server ended is not granted the name in passing; it stands in line again, behind the others")
    final void waiterTerminated() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator carol = member("carol", ttl);
        for (int i = 0; i < 5; i++) {
            Grant adas = member("ada-" + i, ttl).lock("invoice").acquire();
            Coordinator bob = member("bob-" + i, ttl);
            var bobs = bob.lock("invoice").async().acquire();
            awaitWaiters(carol, 1);
            var carols = carol.lock("invoice").async().acquire();
            awaitWaiters(carol, 2);

            endSession("bob-" + i);
            adas.release();

            Grant held = carols.get();
            assertThat(bobs).isNotDone();
            held.release();
            Grant later = bobs.get();
            assertThat(later.fencingToken()).isGreaterThan(held.fencingToken());
            later.release();
        }
    }

    @Test
    @DisplayName(
            "a grant of which the waiter was not told, though it was made when the name was given back, is found when it looks")
    final void lostSignal() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Grant adas = member("ada", ttl).lock("invoice").acquire();
        Coordinator bob = member("bob", ttl);
        var waiting = bob.lock("invoice").async().acquire();
        awaitWaiters(bob, 1);
        misdirectSignals("bob");
        long start = System.nanoTime();

        adas.release();
        assertThat(bob.lock("invoice").info().waiters()).isZero();
        Grant bobs = waiting.get();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ttl.dividedBy(4));
        assertThat(bobs.fencingToken()).isGreaterThan(adas.fencingToken());
        assertThat(bobs.verify()).isTrue();
    }

    @Test
    @DisplayName("a waiter that gives up while the grant is on its way to it leaves nothing behind")
    final void givenUpWhileGranted() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator ada = member("ada", ttl);
        Coordinator bob = member("bob", ttl);
        Coordinator carol = member("carol", ttl);
        for (int i = 0; i < 50; i++) {
            Grant adas = ada.lock("invoice").acquire();
            var bobs = bob.lock("invoice").async().acquire();
            awaitWaiters(ada, 1);

            var released = adas.releaseAsync();
            if (!bobs.cancel(false)) {
                bobs.get().release(); // the grant was quicker
            }

            released.get();
            carol.lock("invoice").acquire(Await.PATIENCE).release();
        }
        assertThat(ada.lock("invoice").info().waiters()).isZero();
    }

    @Test
    @DisplayName("a killed holder is noticed for those who wait although none of them looks")
    final void noticedThoughNobodyLooks() throws Exception {
        try (BareDrivers drivers = new BareDrivers(provider(), Duration.ofSeconds(5))) {
            SessionId eve = BareDrivers.session("eve", 'x');
            SessionId bob = BareDrivers.session("bob", 'y');
            Driver eves = drivers.open(backend().url() + options);
            Driver bobs = drivers.open(backend().url() + options);
            BareDrivers.get(eves.openSession(eve, Duration.ofMinutes(1)));
            BareDrivers.get(bobs.openSession(bob, Duration.ofMinutes(1)));
            ClaimId first = BareDrivers.claimId(bob, "invoice", 1);
            assertThat(claim(eves, BareDrivers.claimId(eve, "invoice", 1))).isInstanceOf(ClaimReply.Granted.class);
            awaitHeard(bobs, first);
            BareDrivers.get(eves.release(BareDrivers.claimId(eve, "invoice", 1)));
            awaitTurn(drivers, first);
            assertThat(claim(bobs, first)).isInstanceOf(ClaimReply.Granted.class);
            ClaimId second = BareDrivers.claimId(bob, "invoice", 2);
            awaitHeard(eves, BareDrivers.claimId(eve, "invoice", 2));
            awaitHeard(bobs, second);
            BareDrivers.get(bobs.release(first));
            awaitTurn(drivers, BareDrivers.claimId(eve, "invoice", 2));

            endSession("eve");

            awaitTurn(drivers, second);
            assertThat(claim(bobs, second)).isInstanceOf(ClaimReply.Granted.class);
        }
    }

    @Test
    @DisplayName(
            "what is cleared away by one that asks is cleared away for those who wait too, although none of them looks")
    final void clearedAwayForOthers() throws Exception {
        try (BareDrivers drivers = new BareDrivers(provider(), Duration.ofSeconds(5))) {
            Driver eves = drivers.open(backend().url() + options);
            Driver bobs = drivers.open(backend().url() + options);
            Driver cats = drivers.open(backend().url() + options);
            SessionId eve = BareDrivers.session("eve", 'e');
            SessionId bob = BareDrivers.session("bob", 'f');
            SessionId cat = BareDrivers.session("cat", 'g');
            BareDrivers.get(eves.openSession(eve, Duration.ofMinutes(1)));
            BareDrivers.get(bobs.openSession(bob, Duration.ofMinutes(1)));
            BareDrivers.get(cats.openSession(cat, Duration.ofMinutes(1)));
            ClaimId bobsId = BareDrivers.claimId(bob, "invoice", 1);
            assertThat(claim(eves, BareDrivers.claimId(eve, "invoice", 1))).isInstanceOf(ClaimReply.Granted.class);
            assertThat(claim(bobs, bobsId, true)).isInstanceOf(ClaimReply.Waiting.class);

            beginEnding("eve");
            assertThat(claim(cats, BareDrivers.claimId(cat, "invoice", 1), true))
                    .isInstanceOf(ClaimReply.Granted.class);

            var status = BareDrivers.get(cats.inspect(bobsId.key()));
            assertThat(status.holders())
                    .extracting(holding -> holding.id().session())
                    .containsExactly(bob, cat);
        }
    }

    private static ClaimReply claim(Driver driver, ClaimId id) throws Exception {
        return claim(driver, id, false);
    }

    private static ClaimReply claim(Driver driver, ClaimId id, boolean shared) throws Exception {
        return BareDrivers.get(driver.claim(new ClaimRequest(id, shared, true, "")));
    }

    /** Until a request waits with one look in seconds: its driver hears, and a signal that comes from now on is not lost. */
    private static void awaitHeard(Driver driver, ClaimId id) throws Exception {
        Await.until(
                "a request to wait for a signal",
                () -> claim(driver, id) instanceof ClaimReply.Waiting waiting
                        && waiting.lookAgain().compareTo(Duration.ofSeconds(2)) >= 0);
    }

    private static void awaitTurn(BareDrivers drivers, ClaimId id) throws Exception {
        Await.until("the signal of a turn", () -> drivers.signals().contains(new Subject.Request(id)));
    }

    @Test
    @DisplayName("a listener that lost its connection hears again, and nobody loses anything by it")
    final void listenerTerminated() throws Exception {
        Duration ttl = Duration.ofSeconds(3);
        Coordinator ada = member("ada", ttl);
        Coordinator bob = member("bob", ttl);
        Membership membership = ada.group("workers").join(Capabilities.of("number", 0));
        ConcurrentLinkedQueue<GroupEvent> heard = new ConcurrentLinkedQueue<>();
        bob.group("workers").watch(heard::add);
        Await.until("the watch to stand", () -> watches() == 1);

        endListeners();

        Await.until("the watch to stand", () -> watches() == 1);
        membership.update(Capabilities.of("number", 1));
        Await.until(
                "the update to be seen",
                () -> heard.stream()
                        .anyMatch(event -> event.view()
                                .member("ada")
                                .filter(member -> member.capabilities().equals(Capabilities.of("number", 1)))
                                .isPresent()));
        assertThat(membership.incarnation()).isPresent();
    }
}
