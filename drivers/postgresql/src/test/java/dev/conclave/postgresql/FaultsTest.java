package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Durations;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.LossReason;
import dev.conclave.Membership;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.kit.process.Belief;
import dev.conclave.kit.process.MemberProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What happens to a session on PostgreSQL")
class FaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** For the scheduling of a busy machine. */
    private static final Duration SLACK = Duration.ofMillis(500);

    private static PostgresBackend backend;
    private static int namespaces;

    private final List<Coordinator> coordinators = new ArrayList<>();
    private String options;

    @BeforeAll
    static void start() throws Exception {
        backend = new PostgresBackend();
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    @BeforeEach
    void namespace() {
        options = "?namespace=faults-" + ++namespaces;
    }

    @AfterEach
    void leave() {
        coordinators.forEach(Coordinator::close);
    }

    private Coordinator member(String id, Duration ttl) throws InterruptedException {
        return connect(backend.url(), id, ttl);
    }

    private Coordinator connect(String url, String id, Duration ttl) throws InterruptedException {
        Coordinator coordinator = Conclave.connect(url + options + "&ttl=" + Durations.format(ttl), id);
        coordinators.add(coordinator);
        return coordinator;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    @DisplayName("a killed member is gone within a second: for a waiter, and for a watcher of its group")
    void killed() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator bob = member("bob", ttl);
        for (int i = 0; i < 3; i++) {
            try (MemberProcess ada = MemberProcess.start(backend.url() + options + "&ttl=30s", "ada")) {
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
                await().atMost(PATIENCE).until(() -> bob.lock("invoice").info().waiters() == 1);
                ada.kill();
                long start = System.nanoTime();

                waiting.get().release();

                assertThat(since(start)).isLessThan(Duration.ofSeconds(1).plus(SLACK));
                await().atMost(PATIENCE).until(() -> !left.isEmpty());
                assertThat(since(start)).isLessThan(Duration.ofSeconds(1).plus(SLACK));
                watching.close();
            }
        }
    }

    @Test
    @DisplayName(
            "a member whose packets vanish ends a time-to-live after its last one, and a second later at most for others")
    void silentDrop() throws Exception {
        Duration ttl = Duration.ofSeconds(2);
        try (TcpProxy proxy = TcpProxy.to(backend.server().address())) {
            Grant adas = connect(PostgresBackend.urlOf(proxy.address()), "ada", ttl)
                    .lock("invoice")
                    .acquire();
            Belief belief = Belief.in(adas);
            proxy.drop(Direction.TO_BACKEND);
            proxy.drop(Direction.TO_MEMBER);
            long start = System.nanoTime();

            Grant bobs = member("bob", ttl).lock("invoice").acquire(PATIENCE);

            long granted = System.nanoTime();
            assertThat(since(start)).isLessThan(ttl.plusSeconds(1).plus(SLACK));
            await().atMost(PATIENCE).until(belief::isOver);
            assertThat(belief.until()).isLessThan(granted);
            assertThat(bobs.fencingToken()).isGreaterThan(adas.fencingToken());
        }
    }

    @Test
    @DisplayName("a member that is stopped ends in the same time, though its kernel answers for it")
    void stopped() throws Exception {
        Duration ttl = Duration.ofSeconds(2);
        try (MemberProcess ada = MemberProcess.start(backend.url() + options + "&ttl=2s", "ada")) {
            ada.awaitReady();
            ada.acquire("invoice");
            ada.pause();
            long start = System.nanoTime();

            assertThat(member("bob", ttl).lock("invoice").tryAcquire(PATIENCE)).isPresent();

            assertThat(since(start)).isLessThan(ttl.plusSeconds(1).plus(SLACK));
        }
    }

    @Test
    @DisplayName("a member whose session the server ended on its own is told before anybody else is let in")
    void connectionTerminated() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator bob = member("bob", ttl);
        for (int i = 0; i < 5; i++) {
            Grant adas = member("ada-" + i, ttl).lock("invoice").acquire();
            Belief belief = Belief.in(adas);
            var waiting = bob.lock("invoice").async().acquire();
            await().atMost(PATIENCE).until(() -> bob.lock("invoice").info().waiters() == 1);
            terminateSession("ada-" + i);

            Grant bobs = waiting.get();

            long granted = System.nanoTime();
            await().atMost(PATIENCE).until(belief::isOver);
            assertThat(belief.until()).isLessThan(granted);
            assertThat(adas.lost().get().reason()).isEqualTo(LossReason.FORGOTTEN);
            bobs.release();
        }
    }

    @Test
    @DisplayName(
            "a waiter whose session the server ended is not granted the name in passing; it stands in line again, behind the others")
    void waiterTerminated() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator carol = member("carol", ttl);
        for (int i = 0; i < 5; i++) {
            Grant adas = member("ada-" + i, ttl).lock("invoice").acquire();
            Coordinator bob = member("bob-" + i, ttl);
            var bobs = bob.lock("invoice").async().acquire();
            await().atMost(PATIENCE).until(() -> carol.lock("invoice").info().waiters() == 1);
            var carols = carol.lock("invoice").async().acquire();
            await().atMost(PATIENCE).until(() -> carol.lock("invoice").info().waiters() == 2);

            terminateSession("bob-" + i);
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
    @DisplayName("a grant of which the waiter was not told is found when it looks")
    void lostNotification() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Grant adas = member("ada", ttl).lock("invoice").acquire();
        Coordinator bob = member("bob", ttl);
        var waiting = bob.lock("invoice").async().acquire();
        await().atMost(PATIENCE).until(() -> bob.lock("invoice").info().waiters() == 1);
        backend.run("update conclave.sessions set listener = 0 where convert_from(member, 'UTF8') = 'bob'");
        long start = System.nanoTime();

        adas.release();
        Grant bobs = waiting.get();

        assertThat(since(start)).isLessThan(Duration.ofSeconds(1).plus(SLACK));
        assertThat(bobs.fencingToken()).isGreaterThan(adas.fencingToken());
        assertThat(bobs.verify()).isTrue();
    }

    @Test
    @DisplayName("a waiter that gives up while the grant is on its way to it leaves nothing behind")
    void givenUpWhileGranted() throws Exception {
        Duration ttl = Duration.ofSeconds(30);
        Coordinator ada = member("ada", ttl);
        Coordinator bob = member("bob", ttl);
        Coordinator carol = member("carol", ttl);
        for (int i = 0; i < 50; i++) {
            Grant adas = ada.lock("invoice").acquire();
            var bobs = bob.lock("invoice").async().acquire();
            await().atMost(PATIENCE).until(() -> ada.lock("invoice").info().waiters() == 1);

            var released = adas.releaseAsync();
            bobs.cancel(false);

            released.get();
            carol.lock("invoice").acquire(PATIENCE).release();
        }
        assertThat(ada.lock("invoice").info().waiters()).isZero();
    }

    @Test
    @DisplayName("a listener that lost its connection hears again, and nobody loses anything by it")
    void listenerTerminated() throws Exception {
        Duration ttl = Duration.ofSeconds(3);
        Coordinator ada = member("ada", ttl);
        Coordinator bob = member("bob", ttl);
        Membership membership = ada.group("workers").join(Capabilities.of("number", 0));
        ConcurrentLinkedQueue<GroupEvent> heard = new ConcurrentLinkedQueue<>();
        bob.group("workers").watch(heard::add);
        await().atMost(PATIENCE).until(() -> watches() == 1);

        backend.run(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and mode = 'ShareLock'");

        await().atMost(PATIENCE).until(() -> watches() == 1);
        membership.update(Capabilities.of("number", 1));
        await().atMost(PATIENCE)
                .until(() -> heard.stream()
                        .anyMatch(event -> event.view()
                                .member("ada")
                                .filter(member -> member.capabilities().equals(Capabilities.of("number", 1)))
                                .isPresent()));
        assertThat(membership.incarnation()).isPresent();
    }

    /** Of the two connections only the one with the session, of which the member hears nothing by herself. */
    private static void terminateSession(String member) throws Exception {
        backend.run("select pg_terminate_backend(l.pid) from pg_locks l join conclave.sessions s"
                + " on s.id = (l.classid::bigint << 32) | l.objid::bigint where l.locktype = 'advisory'"
                + " and l.granted and convert_from(s.member, 'UTF8') = '" + member + "'");
    }

    private static long watches() throws Exception {
        try (var connection = backend.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select count(*) from conclave.watches join conclave.listeners on id = listener"
                                + " and not pg_try_advisory_xact_lock(id)")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    @DisplayName("tokens grow over kill -9 of the server, also if its sequence went back")
    void tokens() throws Exception {
        try (PostgresBackend own = new PostgresBackend()) {
            long last = 0;
            for (int i = 0; i < 4; i++) {
                try (Coordinator ada = Conclave.connect(own.url(), "ada")) {
                    for (int cycle = 0; cycle < 200; cycle++) {
                        Grant grant = ada.lock("invoice").acquire();
                        assertThat(grant.fencingToken()).isGreaterThan(last);
                        last = grant.fencingToken();
                        grant.release();
                    }
                    if (i == 2) {
                        // As after the restore of an old backup.
                        own.run("select setval('conclave.fence', 5)");
                    }
                    own.restart();
                }
            }
        }
    }
}
