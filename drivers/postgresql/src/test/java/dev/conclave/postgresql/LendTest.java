package dev.conclave.postgresql;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.interruptOnceAskedThrough;
import static dev.conclave.kit.BareDrivers.lent;
import static dev.conclave.kit.BareDrivers.lentCycle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.servers.Certificates;
import dev.conclave.servers.PostgresServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A thread that is lent to the PostgreSQL driver")
class LendTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final AtomicInteger SEQUENCE = new AtomicInteger();
    private static PostgresBackend backend;

    private final SessionId ada = new SessionId("ada", "ada-" + SEQUENCE.incrementAndGet());
    private final BareDrivers drivers = new BareDrivers(new PostgresqlDriverProvider(), Duration.ofSeconds(2));
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        backend = new PostgresBackend();
    }

    @AfterAll
    static void stop() throws Exception {
        backend.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        drivers.close();
    }

    private Driver driver(String url) throws Exception {
        Driver driver = drivers.open(url);
        get(driver.openSession(ada, LONG));
        return driver;
    }

    private TcpProxy proxy() throws Exception {
        TcpProxy proxy = TcpProxy.to(backend.server().address());
        open.add(proxy);
        return proxy;
    }

    /** Under a name of this test's alone: what another one left behind is there until the server sees its connection end. */
    private ClaimId next(String name) {
        return claimId(ada, name + " of " + ada.incarnation(), SEQUENCE.incrementAndGet());
    }

    /** A cycle; returns whether this thread has done both steps. */
    private boolean cycle(Driver driver, String name) throws Exception {
        return lentCycle(driver, next(name));
    }

    /** Without a pause, or the driver's own thread would be woken again. */
    private void untilItAsks(Driver driver, int times) throws Exception {
        int asked = 0;
        for (int i = 0; i < 20_000 && asked < times; i++) {
            asked += cycle(driver, "warm") ? 1 : 0;
        }
        assertThat(asked).as("cycles that this thread has done by itself").isEqualTo(times);
    }

    @Test
    @DisplayName("asks by itself, once it comes again and again")
    void asks() throws Exception {
        untilItAsks(driver(backend.url()), 100);
    }

    @Test
    @DisplayName("asks through TLS as well")
    void tls(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder);
        Path authority = certificates.authority("ca");
        Path certificate = certificates.issued("server", "ca");
        if ("root".equals(System.getProperty("user.name"))) {
            // The server does not run as root, and reads no key that others could.
            var postgres =
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
            for (Path each : List.of(folder, certificate, certificates.key("server"))) {
                Files.setOwner(each, postgres);
            }
        }
        try (PostgresServer server = PostgresServer.start()) {
            Map<String, Path> files = Map.of("ssl_cert_file", certificate, "ssl_key_file", certificates.key("server"));
            for (Map.Entry<String, Path> file : files.entrySet()) {
                server.configure(file.getKey(), file.getValue().toString());
            }
            server.configure("ssl", "on");
            server.process().restart();

            for (String tls : List.of("tls-ca=" + authority, "tls=require", "tls=disable")) {
                try (BareDrivers own = new BareDrivers(new PostgresqlDriverProvider(), Duration.ofSeconds(2))) {
                    Driver driver = own.open(PostgresBackend.urlOf(server.address()) + "?" + tls);
                    SessionId session = new SessionId("ada", "tls-" + SEQUENCE.incrementAndGet());
                    get(driver.openSession(session, LONG));
                    int asked = 0;
                    for (int i = 0; i < 2_000 && asked == 0; i++) {
                        ClaimId id = claimId(session, "x", SEQUENCE.incrementAndGet());
                        asked += lent(driver, driver.claim(new ClaimRequest(id, false, false, "")))
                                        == Thread.currentThread()
                                ? 1
                                : 0;
                        assertThat(get(driver.release(id))).isEqualTo(Released.HELD);
                    }
                    assertThat(asked).as(tls).isPositive();
                }
            }
        }
    }

    @Test
    @DisplayName("goes back at once when interrupted, with the flag kept, and what it waited for is given up")
    void interrupted() throws Exception {
        Driver driver = driver(backend.url());
        untilItAsks(driver, 1);
        Thread.currentThread().interrupt();
        driver.lend(() -> false);
        assertThat(Thread.interrupted()).isTrue();

        TcpProxy proxy = proxy();
        Coordinator coordinator = coordinator(proxy.address());
        coordinator.lock("x").acquire().close();
        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<Void> interrupter = interruptOnceAskedThrough(proxy);
        long began = System.nanoTime();
        assertThatThrownBy(() -> coordinator.lock("x").acquire()).isInstanceOf(InterruptedException.class);
        // Before the call time-out would have ended it.
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1_900));
        interrupter.join();
        proxy.heal();
        Await.until(
                "the request to be given up",
                () -> coordinator.lock("x").info().holders().isEmpty());
    }

    private Coordinator coordinator(InetSocketAddress address) throws InterruptedException {
        Coordinator coordinator = Conclave.connect(
                PostgresBackend.urlOf(address),
                "ada",
                ConnectOptions.builder()
                        .ttl(Duration.ofSeconds(6))
                        .callTimeout(Duration.ofSeconds(2))
                        .build());
        open.add(0, coordinator);
        return coordinator;
    }

    @Test
    @DisplayName("does not wait on a silent server for longer than a moment, and answers that come late are read")
    void silent() throws Exception {
        TcpProxy proxy = proxy();
        Driver driver = driver(PostgresBackend.urlOf(proxy.address()));
        untilItAsks(driver, 1);
        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(next("y"), false, false, ""));
        long began = System.nanoTime();
        driver.lend(claim::isDone);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThatThrownBy(() -> claim.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

        proxy.heal();

        assertThat(get(claim)).isInstanceOf(ClaimReply.Granted.class);
        untilItAsks(driver, 1);
    }

    @Test
    @DisplayName("finds a broken connection out: the step fails, the session is lost, and the next one works")
    void broken() throws Exception {
        TcpProxy proxy = proxy();
        Driver driver = driver(PostgresBackend.urlOf(proxy.address()));
        untilItAsks(driver, 1);
        proxy.drop(Direction.TO_MEMBER);
        ClaimId lost = next("y");
        CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(lost, false, false, ""));
        proxy.cut();
        proxy.heal();
        driver.lend(claim::isDone);
        assertThatThrownBy(() -> get(claim))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BackendUnavailableException.class);
        // The duty's thread tells it, perhaps just after the step has failed.
        Await.until("the session's loss to be told", () -> drivers.signals().contains(new Subject.Session(ada)));

        SessionId successor = new SessionId("ada", "successor-" + SEQUENCE.incrementAndGet());
        get(driver.openSession(successor, LONG));
        ClaimId id = claimId(successor, lost.key().name(), SEQUENCE.incrementAndGet());
        Await.until("the dead one's claim to be cleared away", () -> {
            CompletableFuture<ClaimReply> again = driver.claim(new ClaimRequest(id, false, true, ""));
            lent(driver, again);
            return again.join() instanceof ClaimReply.Granted;
        });
    }

    @Test
    @DisplayName("is told what the server refuses, and the connection is used on")
    void refused() throws Exception {
        try (PostgresBackend own = new PostgresBackend()) {
            Driver driver = driver(own.url());
            untilItAsks(driver, 1);
            own.run("alter function conclave.claim rename to claim_away");
            own.run("create function conclave.claim(bigint, bigint, bytea, bigint, bigint, bytea) returns bigint"
                    + " language plpgsql as $$ begin raise 'not today'; end $$");
            CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(next("y"), false, false, ""));
            driver.lend(claim::isDone);
            assertThatThrownBy(() -> get(claim)).hasStackTraceContaining("not today");
            own.run("drop function conclave.claim", "alter function conclave.claim_away rename to claim");
            assertThat(drivers.signals()).doesNotContain(new Subject.Session(ada));
            untilItAsks(driver, 1);
        }
    }

    @Test
    @DisplayName("is one of many at a time, and all are answered, each with its own")
    void many() throws Exception {
        Driver driver = driver(backend.url());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        open.add(threads::shutdownNow);
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "x" + i;
            all.add(threads.submit(() -> {
                for (int cycle = 0; cycle < 300; cycle++) {
                    cycle(driver, name);
                    if (cycle % 10 == 0) {
                        get(driver.inspect(claimId(ada, name, 0).key())); // between batches
                    }
                }
                return 300;
            }));
        }
        for (Future<Integer> each : all) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(300);
        }
    }

    @Test
    @DisplayName("may wait again in a callback that runs on the spot while it asks")
    void nested() throws Exception {
        Driver driver = driver(backend.url());
        untilItAsks(driver, 1);
        CompletableFuture<ClaimReply> outer = driver.claim(new ClaimRequest(next("x"), false, false, ""));
        CompletableFuture<Boolean> inner = outer.thenApply(granted -> {
            try {
                return cycle(driver, "y");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        lent(driver, inner);
        assertThat(outer.join()).isInstanceOf(ClaimReply.Granted.class);
        untilItAsks(driver, 1);
    }

    @Test
    @DisplayName(
            "does not go out with what is too large to be sent without waiting, which the driver's own thread sends")
    void large() throws Exception {
        Driver driver = driver(backend.url());
        untilItAsks(driver, 1);
        CompletableFuture<ClaimReply> claim =
                driver.claim(new ClaimRequest(next("large"), false, false, "x".repeat(1 << 20)));
        assertThat(lent(driver, claim)).isNotSameAs(Thread.currentThread());
        assertThat(claim.join()).isInstanceOf(ClaimReply.Granted.class);
    }

    @Test
    @DisplayName("is not waited for: what is asked and not lent for is answered all the same")
    void asynchronous() throws Exception {
        Driver driver = driver(backend.url());
        for (int i = 0; i < 20; i++) {
            untilItAsks(driver, 1);
            ClaimId id = next("z");
            assertThat(get(driver.claim(new ClaimRequest(id, false, false, ""))))
                    .isInstanceOf(ClaimReply.Granted.class);
            assertThat(get(driver.release(id))).isEqualTo(Released.HELD);
        }
    }

    @Test
    @DisplayName("is let go when the driver is closed")
    void closed() throws Exception {
        TcpProxy proxy = proxy();
        Driver driver = driver(PostgresBackend.urlOf(proxy.address()));
        untilItAsks(driver, 1);
        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(next("x"), false, false, ""));
        ExecutorService lender = Executors.newSingleThreadExecutor();
        open.add(lender::shutdownNow);
        Future<?> lent = lender.submit(() -> {
            while (!claim.isDone()) {
                driver.lend(claim::isDone);
            }
        });
        get(driver.close());
        assertThatThrownBy(() -> get(claim)).hasCauseInstanceOf(BackendUnavailableException.class);
        lent.get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("gives and takes locks as ever, through the engine")
    void engine() throws Exception {
        Coordinator coordinator = coordinator(backend.server().address());
        long last = 0;
        for (int i = 0; i < 500; i++) {
            Grant grant = coordinator.lock("engine").acquire();
            assertThat(grant.fencingToken()).isGreaterThan(last);
            last = grant.fencingToken();
            assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        }
    }
}
