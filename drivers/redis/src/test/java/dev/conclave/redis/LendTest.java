package dev.conclave.redis;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static dev.conclave.kit.BareDrivers.interruptOnceAskedThrough;
import static dev.conclave.kit.BareDrivers.lent;
import static dev.conclave.kit.BareDrivers.lentCycle;
import static dev.conclave.kit.BareDrivers.session;
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
import dev.conclave.servers.RedisServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A thread that is lent to the Redis driver")
class LendTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final SessionId ADA = session("ada", 'a');

    private final List<AutoCloseable> open = new ArrayList<>();
    private final BareDrivers drivers = new BareDrivers(new RedisDriverProvider(), Duration.ofSeconds(2));
    private final Set<Subject> signals = drivers.signals();
    private final AtomicInteger sequence = new AtomicInteger();
    private RedisServer server;

    @BeforeEach
    void start() throws Exception {
        server = RedisServer.options().volatileOnly().start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        drivers.close();
        server.close();
    }

    private Driver driver(String authority) throws Exception {
        Driver driver = drivers.open("redis://" + authority);
        get(driver.openSession(ADA, LONG));
        return driver;
    }

    private Coordinator coordinator(String authority, Duration callTimeout) throws InterruptedException {
        Coordinator coordinator = Conclave.connect(
                "redis://" + authority,
                "ada",
                ConnectOptions.builder()
                        .ttl(callTimeout.multipliedBy(10))
                        .callTimeout(callTimeout)
                        .build());
        open.add(coordinator);
        return coordinator;
    }

    private ClaimId next(String name) {
        return claimId(ADA, name, sequence.incrementAndGet());
    }

    /** A cycle; returns whether both answers were read by this thread. */
    private boolean cycle(Driver driver, String name) throws Exception {
        return lentCycle(driver, next(name));
    }

    /** Until the driver's own thread has left the reading to this one. */
    private void untilItReads(Driver driver) throws Exception {
        untilItReads(driver, 1);
    }

    /** Without a pause, or the driver's own thread would take the reading back. */
    private void untilItReads(Driver driver, int times) throws Exception {
        int read = 0;
        for (int i = 0; i < 20_000 && read < times; i++) {
            read += cycle(driver, "warm") ? 1 : 0;
        }
        assertThat(read).as("cycles whose answers this thread has read").isEqualTo(times);
    }

    @Test
    @DisplayName("reads its own answers, once it comes again and again")
    void reads() throws Exception {
        untilItReads(driver(server.authority()), 100);
    }

    @Test
    @DisplayName("goes back at once when interrupted, with the flag kept, and what it waited for is given up")
    void interrupted() throws Exception {
        Driver driver = driver(server.authority());
        untilItReads(driver);
        Thread.currentThread().interrupt();
        driver.lend(() -> false);
        assertThat(Thread.interrupted()).isTrue();

        TcpProxy proxy = TcpProxy.to(server.address());
        open.add(proxy);
        Coordinator coordinator = coordinator("127.0.0.1:" + proxy.address().getPort(), PATIENT);
        coordinator.lock("x").acquire().close();
        proxy.drop(Direction.TO_MEMBER);
        CompletableFuture<Void> interrupter = interruptOnceAskedThrough(proxy);
        long began = System.nanoTime();
        assertThatThrownBy(() -> coordinator.lock("x").acquire()).isInstanceOf(InterruptedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("before the call time-out would have given the step up")
                .isLessThan(PATIENT);
        interrupter.join();
        proxy.heal();
        Await.until(
                "the request to be given up",
                () -> coordinator.lock("x").info().holders().isEmpty());
    }

    @Test
    @DisplayName("does not wait on a silent server for longer than a moment, and the step fails in bounded time")
    void silent() throws Exception {
        Driver driver = driver(server.authority());
        Coordinator coordinator = coordinator(server.authority(), Duration.ofMillis(600));
        for (int i = 0; i < 50; i++) {
            coordinator.lock("x").acquire().close();
        }
        untilItReads(driver);
        server.process().pause();
        try {
            CompletableFuture<ClaimReply> unanswered = driver.claim(new ClaimRequest(next("y"), false, false, ""));
            driver.lend(unanswered::isDone);
            assertThat(unanswered)
                    .as("the thread was given back before the driver lost patience")
                    .isNotDone();
            assertThatThrownBy(() -> coordinator.lock("y").tryAcquire())
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("600ms");
            // By the driver itself, whose call time-out is 2 s: its own thread reads again, and loses patience.
            assertThatThrownBy(() -> get(unanswered))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(BackendUnavailableException.class);
        } finally {
            server.process().resume();
        }
        Await.until("the driver to be back", () -> {
            try {
                cycle(driver, "z");
                return true;
            } catch (ExecutionException e) {
                return false;
            }
        });
    }

    @Test
    @DisplayName("leaves notifications to the driver's own thread when it goes")
    void notifications() throws Exception {
        Driver driver = driver(server.authority());
        Subject group = new Subject.Group("workers");
        get(driver.watch(group));
        for (int i = 0; i < 20; i++) {
            untilItReads(driver);
            signals.clear();
            assertThat(server.command("PUBLISH", "conclave:{conclave}:group:workers", ""))
                    .isEqualTo("1");
            Await.until("the signal to come although nobody is lent", () -> signals.contains(group));
        }
    }

    @Test
    @DisplayName("finds a broken connection out, and the driver's own thread connects again")
    void broken() throws Exception {
        Driver driver = driver(server.authority());
        for (int i = 0; i < 5; i++) {
            untilItReads(driver);
            server.command("CLIENT", "KILL", "TYPE", "pubsub");
            Await.until("the driver to be back", () -> {
                try {
                    cycle(driver, "x" + sequence.get());
                    return true;
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(BackendUnavailableException.class);
                    return false;
                }
            });
        }
    }

    @Test
    @DisplayName("is one of many at a time, and all are answered")
    void many() throws Exception {
        Driver driver = driver(server.authority());
        ExecutorService threads = Executors.newFixedThreadPool(8);
        open.add(threads::shutdownNow);
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "x" + i;
            all.add(threads.submit(() -> {
                for (int cycle = 0; cycle < 300; cycle++) {
                    cycle(driver, name);
                }
                return 300;
            }));
        }
        for (Future<Integer> each : all) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(300);
        }
    }

    @Test
    @DisplayName("may wait again in a callback that runs on the spot while it reads")
    void nested() throws Exception {
        Driver driver = driver(server.authority());
        untilItReads(driver);
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
        untilItReads(driver);
    }

    @Test
    @DisplayName("may wait in such a callback for an answer that takes long: nobody else could read it")
    void nestedSlowly() throws Exception {
        try (Dribble dribble = new Dribble(server)) {
            Driver driver = driver(dribble.authority());
            untilItReads(driver);
            CompletableFuture<ClaimReply> outer = driver.claim(new ClaimRequest(next("x"), false, false, ""));
            CompletableFuture<Boolean> inner = outer.thenApply(granted -> {
                dribble.slow = true;
                try {
                    return cycle(driver, "y");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            lent(driver, inner);
            assertThat(outer.join()).isInstanceOf(ClaimReply.Granted.class);
        }
    }

    @Test
    @DisplayName("survives an error in what follows an answer, and so do the others")
    void error() throws Exception {
        Driver driver = driver(server.authority());
        untilItReads(driver);
        CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(next("x"), false, false, ""));
        CompletableFuture<ClaimReply> followed = claim.thenApply(reply -> {
            throw new StackOverflowError("in a completion");
        });
        driver.lend(followed::isDone);
        assertThatThrownBy(() -> get(followed)).hasCauseInstanceOf(StackOverflowError.class);
        untilItReads(driver);
    }

    @Test
    @DisplayName("is let go when the driver is closed")
    void closed() throws Exception {
        Driver driver = driver(server.authority());
        untilItReads(driver);
        server.process().pause();
        try {
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
        } finally {
            server.process().resume();
        }
    }

    @Test
    @DisplayName("loses no byte when an answer comes in pieces, later than it waits")
    void pieces() throws Exception {
        try (Dribble dribble = new Dribble(server)) {
            Driver driver = driver(dribble.authority());
            untilItReads(driver);
            dribble.slow = true;
            long last = 0;
            for (int i = 0; i < 20; i++) {
                ClaimId id = next("x");
                CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(id, false, false, ""));
                while (!claim.isDone()) {
                    driver.lend(claim::isDone);
                }
                long token = ((ClaimReply.Granted) claim.join()).token();
                assertThat(token).isGreaterThan(last);
                last = token;
                lent(driver, driver.release(id));
            }
        }
    }

    @Test
    @DisplayName("gives and takes locks as ever, through the engine")
    void engine() throws Exception {
        Coordinator coordinator = coordinator(server.authority(), PATIENT);
        long last = 0;
        for (int i = 0; i < 500; i++) {
            Grant grant = coordinator.lock("x").acquire();
            assertThat(grant.fencingToken()).isGreaterThan(last);
            last = grant.fencingToken();
            assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        }
    }

    /** Between a driver and its server; passes answers on byte by byte, when slow, with more than a lent thread's wait between them. */
    private static final class Dribble implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private volatile boolean slow;

        private Dribble(RedisServer server) throws IOException {
            daemon(() -> {
                try (Socket near = listening.accept();
                        Socket far = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    near.setTcpNoDelay(true);
                    far.setTcpNoDelay(true);
                    Thread requests = daemon(() -> near.getInputStream().transferTo(far.getOutputStream()));
                    pass(far.getInputStream(), near.getOutputStream());
                    requests.join();
                }
            });
        }

        private void pass(InputStream from, OutputStream to) throws IOException {
            byte[] buffer = new byte[8192];
            for (int length = from.read(buffer); length > 0; length = from.read(buffer)) {
                if (!slow) {
                    to.write(buffer, 0, length);
                    continue;
                }
                for (int i = 0; i < length; i++) {
                    to.write(buffer[i]);
                    LockSupport.parkNanos(2_500_000);
                }
            }
        }

        private static Thread daemon(Piping piping) {
            Thread thread = new Thread(() -> {
                try {
                    piping.run();
                } catch (IOException | InterruptedException e) {
                    // One end has closed; the driver finds out.
                }
            });
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        private interface Piping {
            void run() throws IOException, InterruptedException;
        }

        private String authority() {
            return "127.0.0.1:" + listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
