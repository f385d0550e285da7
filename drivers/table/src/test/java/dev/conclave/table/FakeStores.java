package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Drivers over carriers that do what a test says. */
final class FakeStores {
    final List<FakeCarrier> carriers = new CopyOnWriteArrayList<>();
    final BlockingQueue<Subject> signals = new LinkedBlockingQueue<>();
    volatile boolean signalsFail;
    private final Supplier<Table> tables;

    FakeStores(Supplier<Table> tables) {
        this.tables = tables;
    }

    Driver open(String member) throws Exception {
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

    void granted(Driver driver, SessionId session) throws Exception {
        join(driver.openSession(session, Duration.ofMinutes(1)));
        ClaimId id = new ClaimId(new ClaimKey(ClaimKey.Kind.LOCK, "invoices"), session, 1);
        assertThat(join(driver.claim(new ClaimRequest(id, false, false, "")))).isInstanceOf(ClaimReply.Granted.class);
    }

    static <T> T join(CompletableFuture<T> step) throws Exception {
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
                    FakeCarrier carrier = new FakeCarrier(tables.get());
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
