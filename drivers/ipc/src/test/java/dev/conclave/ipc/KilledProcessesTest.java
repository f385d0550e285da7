package dev.conclave.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.table.Memory;
import dev.conclave.table.Table;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Processes that share memory and are killed at any moment")
class KilledProcessesTest {
    /** More with {@code -Dconclave.kills=1000}. */
    private static final int KILLS = Integer.getInteger("conclave.kills", 24);

    private static final int PROCESSES = 3;
    /** So long that nothing goes on because a session ran out, and that a busy machine fails no step. */
    private static final String PATIENT = "?ttl=10m&call-timeout=50s";

    private final TestStore store = new TestStore();
    private final List<Process> processes = new ArrayList<>();
    private final Path work;
    private int started;

    KilledProcessesTest(@TempDir Path work) {
        this.work = work;
    }

    @AfterEach
    void endAll() throws Exception {
        killAll();
        store.close();
    }

    private void killAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("leave a table that is sound, a lock that was never held twice, and tokens that grow")
    void hammer() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < PROCESSES; i++) {
            start();
        }
        awaitProgress();

        for (int kill = 0; kill < KILLS; kill++) {
            TimeUnit.MICROSECONDS.sleep(20_000 + random.nextInt(100_000)); // the random moment itself
            assertAllAlive();
            processes.remove(random.nextInt(processes.size())).destroyForcibly().waitFor();
            start();
            if (kill % 4 == 3) {
                awaitProgress();
            }
        }
        awaitProgress();
        killAll();

        assertThat(count()).as("seed %s", seed).isBetween(noted(), noted() + KILLS + PROCESSES);
        assertUsable();
    }

    private void start() throws IOException {
        processes.add(Helper.start(output(), "hammer", store.url() + PATIENT, work.toString(), "m" + ++started));
    }

    private void awaitProgress() throws Exception {
        long before = count();
        try {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                assertAllAlive();
                return count() > before + 10;
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("nothing happens any more after " + started + " starts\n" + diagnosis(), e);
        }
    }

    private void assertAllAlive() throws IOException {
        assertThat(processes)
                .as("they go on until they are killed: %s", Files.readString(output()))
                .allMatch(Process::isAlive);
    }

    /** What there is to know while it lasts. */
    private String diagnosis() throws Exception {
        StringBuilder text = new StringBuilder(Files.readString(output()));
        Semaphores semaphores = Semaphores.find(storeName().key()).orElseThrow();
        text.append("gate ").append(SystemV.semctl(semaphores.id(), 0, SystemV.GETVAL));
        for (int place = 0; place < 2 * PROCESSES; place++) {
            text.append(", at place ").append(place).append(semaphores.isAlive(place) ? " one lives" : " nobody");
        }
        Segment segment = Segment.attachToRead(Segment.find(storeName().key()));
        text.append("; in the mutex last: ").append(Table.owner(new Memory(segment.table())));
        segment.detach();
        Path stacks = work.resolve("stacks");
        for (Process process : processes) {
            Process jstack = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jstack")
                                    .toString(),
                            Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(stacks.toFile()))
                    .start();
            if (!jstack.waitFor(20, TimeUnit.SECONDS)) {
                jstack.destroyForcibly();
            }
        }
        return text.append('\n').append(Files.readString(stacks)).toString();
    }

    private void assertUsable() throws Exception {
        try (Coordinator last = Conclave.connect(store.url(), "last")) {
            last.lock("counter").acquire();
            assertThat(last.lock("counter").info().holders()).hasSize(1);
            // All that is left is a process, its session with its name, the lock, the group, and who left it lately.
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                last.lock("counter").info();
                return TestStore.used(storeName()) < 10 + 2 * 260;
            });
            TestStore.audit(storeName());
        }
    }

    private StoreName storeName() {
        return TestStore.named(store.url());
    }

    private Path output() {
        return work.resolve("output");
    }

    private long count() {
        try (FileChannel counter = Helper.open(work.resolve("counter"))) {
            return Helper.read(counter, 1).getLong(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long noted() throws IOException {
        long sum = 0;
        for (int i = 1; i <= started; i++) {
            try (FileChannel own = Helper.open(work.resolve("done-m" + i))) {
                sum += Helper.read(own, 1).getLong(0);
            }
        }
        return sum;
    }
}
