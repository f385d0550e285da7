package dev.conclave.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.process.MemberProcess;
import dev.conclave.kit.process.RemoteGrant;
import dev.conclave.table.StoreGoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Between processes that share memory")
class OtherProcessesTest {
    private final TestStore store = new TestStore();
    private final List<Process> processes = new ArrayList<>();
    private final Path work;

    OtherProcessesTest(@TempDir Path work) {
        this.work = work;
    }

    @AfterEach
    void endAll() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        store.close();
    }

    private Process start(String... arguments) throws IOException {
        Process process = Helper.start(output(), arguments);
        processes.add(process);
        return process;
    }

    private Path output() {
        return work.resolve("output");
    }

    private void awaitOutput(String text) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() ->
                        Files.exists(output()) && Files.readString(output()).contains(text));
    }

    private StoreName storeName() {
        return TestStore.named(store.url());
    }

    @Test
    @DisplayName("a killed holder is seen as gone at once, not by its time-to-live")
    void killedHolder() throws Exception {
        try (MemberProcess holder =
                        MemberProcess.start(store.url() + "?ttl=1h", "holder").awaitReady();
                Coordinator ada = Conclave.connect(store.url(), "ada")) {
            RemoteGrant held = holder.acquire("invoices");
            CompletableFuture<Grant> next =
                    ada.lock("invoices").async().acquire().toCompletableFuture();
            await().until(() -> ada.lock("invoices").info().waiters() == 1);

            long killed = System.nanoTime();
            holder.kill();
            Grant grant = next.get(30, TimeUnit.SECONDS);

            Duration seen = Duration.ofNanos(System.nanoTime() - killed);
            System.out.println("ipc: a killed holder was seen within " + seen.toMillis() + " ms");
            assertThat(seen).isLessThan(Duration.ofSeconds(20));
            assertThat(grant.fencingToken()).isGreaterThan(held.token());
        }
    }

    @Test
    @DisplayName("one that is stopped within a step is named in the errors of the others, until it is ended")
    void stoppedInTheMutex() throws Exception {
        // Loads what is loaded once, and makes the store: the short call time-out is for the steps alone.
        try (Coordinator eve = Conclave.connect(store.url(), "eve");
                Coordinator ada = Conclave.connect(store.url() + "?call-timeout=500ms", "ada")) {
            Process stopped = start("stay in the mutex", store.url());
            awaitOutput("in the mutex");

            assertThatThrownBy(() -> ada.lock("invoices").info())
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("process " + stopped.pid())
                    .hasMessageContaining("kill -CONT");

            stopped.destroyForcibly().waitFor();
            try (Grant grant = eve.lock("reports").acquire()) {
                assertThat(grant.verify()).isTrue();
            }
        }
        TestStore.audit(storeName());
    }

    @Test
    @DisplayName(
            "one that is stopped within a step is named by who wants to open the store, and keeps nobody from closing")
    void openingAndClosingWhileStuck() throws Exception {
        Coordinator ada = Conclave.connect(store.url(), "ada");
        Process stopped = start("stay in the mutex", store.url());
        awaitOutput("in the mutex");
        assertThatThrownBy(() -> Helper.site(store.url()).open(Duration.ofMillis(300)))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("process " + stopped.pid())
                .hasMessageContaining("300ms");

        ada.close();

        await().atMost(Duration.ofSeconds(10))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("conclave-ipc-" + store.name)));
        stopped.destroyForcibly().waitFor();
        assertThat(Semaphores.find(storeName().key()).orElseThrow().countLiving())
                .isZero();
    }

    @Test
    @DisplayName("of several coordinators in one process one can close, and the others keep what they have")
    void severalInOneProcess() throws Exception {
        try (Coordinator ada = Conclave.connect(store.url(), "ada");
                MemberProcess cyd = MemberProcess.start(store.url(), "cyd").awaitReady()) {
            Grant grant = ada.lock("invoices").acquire();
            Thread thread = new Thread(() -> {
                // What this thread did to the semaphores belongs to the process and outlives the thread.
                try (Coordinator bob = Conclave.connect(store.url(), "bob")) {
                    bob.lock("reports").acquire();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            thread.start();
            thread.join();

            assertThat(cyd.tryAcquire("invoices", Duration.ZERO)).isEmpty();
            assertThat(cyd.tryAcquire("reports", Duration.ofSeconds(5))).isPresent();
            assertThat(grant.verify()).isTrue();
            assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        }
    }

    @Test
    @DisplayName("one that has given up its sign of life does not go into the mutex again, though it is free")
    void abandoned() throws Exception {
        IpcStore slow = (IpcStore) Helper.site(store.url()).open(Duration.ofSeconds(5));
        slow.abandon(); // now others remove it from the table, and its place in it may be another's
        assertThatThrownBy(slow::enter).isInstanceOf(IOException.class).hasMessageContaining("was closed");

        try (Coordinator ada = Conclave.connect(store.url(), "ada")) {
            ada.lock("invoices").acquire().release();
        }
        slow.close();
    }

    @Test
    @DisplayName("one whose opening fails leaves the mutex, though the store's memory went away under it")
    void openingWhileMemoryGoes() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Thread remover = new Thread(() -> {
            while (!stop.get()) {
                removeMemory();
            }
        });
        remover.start();
        try {
            for (int i = 0; i < 300; i++) {
                try {
                    Helper.site(store.url()).open(Duration.ofSeconds(1)).close();
                } catch (StoreGoneException e) {
                    // As it must be, if it goes each time.
                }
            }
        } finally {
            stop.set(true);
            remover.join();
        }
        Helper.site(store.url()).open(Duration.ofSeconds(30)).close();
    }

    private void removeMemory() {
        try {
            int id = Segment.find(storeName().key());
            if (id >= 0) {
                Segment.remove(id);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
