package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.DriverInfo;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import dev.conclave.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A selector that fails, say. Before this was mended, the process's steps failed from then on until it was restarted. */
@DisplayName("A process that can hear nothing of its store any more")
class DeafStoreTest {
    private static final SessionId FIRST = new SessionId("ada", "a1");
    private static final SessionId SECOND = new SessionId("ada", "a2");

    private final SharedMemory shared = new SharedMemory();
    private final List<FakeCarrier> carriers = new ArrayList<>();
    private final BlockingQueue<Subject> signals = new LinkedBlockingQueue<>();
    private boolean signalsFail;

    @Test
    @DisplayName("is told, loses its sessions for others too, and goes on in the store that it opens anew")
    void goesOn() throws Exception {
        Driver driver = open("ada");
        granted(driver, FIRST);

        carriers.get(0).fail(new IOException("the selector is broken"));

        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));
        assertThat(carriers.get(0).closed).isTrue();
        assertThat(join(driver.renew(FIRST, Set.of(), Set.of())))
                .isInstanceOf(dev.conclave.spi.Renewal.NoSession.class);
        assertThat(carriers).hasSize(2);
        granted(driver, SECOND);
        join(driver.close());
        assertThat(carriers.get(1).closed).isTrue();
        Audit.check(shared.map(shared.size));
    }

    @Test
    @DisplayName("goes on also if an error and no exception kept it from hearing")
    void error() throws Exception {
        Driver driver = open("ada");
        carriers.get(0).fail(new NoClassDefFoundError("a class that is missing"));
        carriers.get(0).awaitClosed();
        granted(driver, FIRST);
        join(driver.close());
    }

    @Test
    @DisplayName("is not one whose engine fails at a signal: that is logged, and hearing goes on")
    void failingSignal() throws Exception {
        Driver driver = open("ada");
        signalsFail = true;
        granted(driver, FIRST);

        carriers.get(0).hints.add(Subjects.hash(new Subject.Session(FIRST)));
        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));
        carriers.get(0).hints.add(Subjects.hash(new Subject.Session(FIRST)));
        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));

        assertThat(carriers.get(0).closed).isFalse();
        join(driver.close());
    }

    @Test
    @DisplayName("does not open its store anew once its drivers are closed")
    void closed() throws Exception {
        Driver driver = open("ada");
        join(driver.close());
        assertThatThrownBy(() -> granted(driver, FIRST)).hasRootCauseInstanceOf(BackendUnavailableException.class);
        assertThat(carriers).hasSize(1);
    }

    private Driver open(String member) throws Exception {
        Target target = Target.parse("fake:/store", Map.of(), List.of());
        return join(new Stores(new FakeBacking())
                .open(target, new Environment(member, this::signalled, new NoTimers(), Duration.ofSeconds(5))));
    }

    private void signalled(Subject subject) {
        signals.add(subject);
        if (signalsFail) {
            throw new IllegalStateException("thrown on purpose");
        }
    }

    private static void granted(Driver driver, SessionId session) throws Exception {
        join(driver.openSession(session, Duration.ofMinutes(1)));
        ClaimId id = new ClaimId(new ClaimKey(ClaimKey.Kind.LOCK, "invoices"), session, 1);
        assertThat(join(driver.claim(new ClaimRequest(id, false, false, "")))).isInstanceOf(ClaimReply.Granted.class);
    }

    private static <T> T join(CompletableFuture<T> step) throws Exception {
        return step.get(30, TimeUnit.SECONDS);
    }

    private final class FakeBacking implements Backing {
        @Override
        public DriverInfo info() {
            return new DriverInfo(
                    "fake", List.of("fake"), List.of("fake:"), Set.of(), Optional.empty(), Duration.ofSeconds(1));
        }

        @Override
        public Site site(Target target) {
            return new Site() {
                @Override
                public Object identity() {
                    return "the store";
                }

                @Override
                public Carrier open(Duration patience) {
                    FakeCarrier carrier = new FakeCarrier(shared.process());
                    carriers.add(carrier);
                    return carrier;
                }
            };
        }

        @Override
        public ConclaveException failure(Object store, Throwable failure) {
            return new BackendUnavailableException(store + ": " + failure, failure);
        }
    }

    /** Alone in the mutex; hears what the test says. */
    private static final class FakeCarrier implements Carrier {
        private static final long WAKE_UP = 0;

        private final Table table;
        final BlockingQueue<Long> hints = new LinkedBlockingQueue<>();
        private volatile Throwable failure = new AssertionError("none yet");
        private volatile boolean failing;
        volatile boolean closed;

        FakeCarrier(Table table) {
            this.table = table;
        }

        void fail(Throwable reason) {
            failure = reason;
            failing = true;
            hints.add(WAKE_UP);
        }

        void awaitClosed() throws InterruptedException {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }

        @Override
        public Table table() {
            return table;
        }

        @Override
        public boolean tryEnter() {
            return true;
        }

        @Override
        public void enter() {}

        @Override
        public void leave() {}

        @Override
        public void ring(Wake wake) {}

        @Override
        public void await(Hints heard) throws IOException {
            long hint;
            try {
                hint = hints.take();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (failing && failure instanceof IOException e) {
                throw e;
            }
            if (failing && failure instanceof Error e) {
                throw e;
            }
            if (hint != WAKE_UP) {
                heard.heard(hint);
            }
        }

        @Override
        public void wakeUp() {
            hints.add(WAKE_UP);
        }

        @Override
        public void requireInPlace() {}

        @Override
        public long owner() {
            return 0;
        }

        @Override
        public void abandon() {}

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public String label() {
            return "fake";
        }
    }

    private static final class NoTimers implements TimeSource {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            return () -> {};
        }
    }
}
