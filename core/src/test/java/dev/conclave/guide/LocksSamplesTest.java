package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Claim;
import dev.conclave.ClaimState;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Holder;
import dev.conclave.Lock;
import dev.conclave.LockInfo;
import dev.conclave.LockOptions;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.guide.Stores.InvoiceStore;
import dev.conclave.guide.Stores.Journal;
import dev.conclave.memory.MemoryBackend;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // what a callback does is what the sample shows
class LocksSamplesTest {
    private final InvoiceStore store = new InvoiceStore();
    private final Journal journal = new Journal();
    private Coordinator coordinator;
    private Coordinator other;

    @BeforeEach
    void connect() throws Exception {
        coordinator = Conclave.connect("memory:guide-locks", "billing-1");
        other = Conclave.connect("memory:guide-locks", "billing-2");
    }

    @AfterEach
    void disconnect() {
        coordinator.close();
        other.close();
        MemoryBackend.named("guide-locks").close(); // the next test has an empty one
    }

    @Test
    void acquire() throws Exception {
        // snippet:lock-acquire
        try (Grant grant = coordinator.lock("invoice-42").acquire(Duration.ofSeconds(5))) {
            store.save("42", "paid", grant.fencingToken());
        }
        // end
        assertThat(coordinator.lock("invoice-42").info().isFree()).isTrue();
    }

    @Test
    void tryAcquire() throws Exception {
        // snippet:lock-try
        Optional<Grant> perhaps = coordinator.lock("nightly-report").tryAcquire();
        if (perhaps.isPresent()) {
            try (Grant grant = perhaps.get()) {
                store.save("report", "tonight's", grant.fencingToken());
            }
        } // otherwise another member is at it
        // end
        assertThat(perhaps).isPresent();
    }

    @Test
    void fenced() {
        // snippet:fencing
        assertThat(store.save("42", "by the first holder", 33)).isTrue();
        assertThat(store.save("42", "by the next holder", 34)).isTrue();
        assertThat(store.save("42", "by the first one, late", 33)).isFalse();
        // end
    }

    @Test
    void loss() throws Exception {
        // snippet:lock-loss
        Grant grant = coordinator.lock("invoice-42").acquire();
        grant.lost().thenAccept(loss -> {
            if (loss.reason() != LossReason.RELEASED) {
                stopWork(loss.explanation());
            }
        });
        // end
        other.lock("invoice-42").breakGrant(grant.fencingToken());
        await().until(() -> !journal.lines().isEmpty());
        assertThat(grant.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    private void stopWork(String why) {
        journal.add(why);
    }

    @Test
    void states() throws Exception {
        try (Grant grant = coordinator.lock("batch").acquire()) {
            workThrough(grant);
        }
        assertThat(journal.lines()).hasSize(3);
    }

    // snippet:lock-states
    private void workThrough(Claim claim) {
        for (String step : new String[] {"read", "compute", "write"}) {
            if (!claim.isValid()) {
                return; // somebody else may hold the lock by now
            }
            if (claim.state() == ClaimState.AT_RISK && claim.validFor().toMillis() < 500) {
                return; // renewals fail, and little time is left
            }
            journal.add(step);
        }
    }
    // end

    @Test
    @SuppressWarnings("try") // javac's: the grants are held, not used
    void shared() throws Exception {
        // snippet:lock-shared
        Lock catalogue = coordinator.lock("catalogue");
        try (Grant one = catalogue.shared().acquire();
                Grant two = catalogue.shared().acquire()) {
            assertThat(catalogue.tryAcquire()).isEmpty(); // nobody writes while anybody reads
        }
        // end
    }

    @Test
    void limits() throws Exception {
        // snippet:lock-limits
        LockOptions options = LockOptions.defaults()
                .withLease(Duration.ofSeconds(30)) // lost 30 s after the last grant.renew()
                .withMaxHold(Duration.ofMinutes(10)); // lost after 10 min in any case

        try (Grant grant = coordinator.lock("import").with(options).acquire(Duration.ofSeconds(5))) {
            while (importNextBatch()) {
                grant.renew(); // progress was made
            }
        }
        // end
    }

    private boolean importNextBatch() {
        journal.add("batch");
        return journal.lines().size() < 3;
    }

    @Test
    void async() {
        // snippet:lock-async
        CompletableFuture<Void> done = coordinator
                .lock("invoice-42")
                .async()
                .acquire(Duration.ofSeconds(5))
                .thenCompose(grant ->
                        saveAsync(grant.fencingToken()).whenComplete((saved, failure) -> grant.releaseAsync()));
        // end
        assertThat(done).succeedsWithin(Duration.ofSeconds(10));
    }

    private CompletableFuture<Void> saveAsync(long token) {
        store.save("42", "paid", token);
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void anotherThread() throws Exception {
        var executor = Executors.newSingleThreadExecutor();
        // snippet:lock-thread
        Grant grant = coordinator.lock("upload").acquire(Duration.ofSeconds(5));
        executor.execute(() -> {
            try (grant) { // the grant is the owner, so any thread may release it
                store.save("upload", "done", grant.fencingToken());
            }
        });
        // end
        executor.shutdown();
        await().until(() -> coordinator.lock("upload").info().isFree());
    }

    @Test
    void javaLock() throws Exception {
        // snippet:lock-java
        java.util.concurrent.locks.Lock lock = coordinator.lock("legacy").asJavaLock();
        lock.lock();
        try {
            codeThatTakes(lock); // it may lock again: reentrant, as that type's callers expect
        } finally {
            lock.unlock(); // IllegalMonitorStateException if the grant was lost meanwhile
        }
        // end
    }

    private static void codeThatTakes(java.util.concurrent.locks.Lock lock) {
        lock.lock();
        try {
            assertThat(lock).isNotNull();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void info() throws Exception {
        Grant stuck = other.lock("invoice-42").acquire();
        // snippet:lock-info
        LockInfo info = coordinator.lock("invoice-42").info();
        for (Holder holder : info.holders()) {
            journal.add(holder.member() + " since " + holder.since() + ", token " + holder.token());
        }

        boolean broken = coordinator
                .lock("invoice-42")
                .breakGrant(info.holders().get(0).token()); // only the grant that was looked at
        // end
        assertThat(broken).isTrue();
        assertThat(stuck.lost()).succeedsWithin(Duration.ofSeconds(10));
    }
}
