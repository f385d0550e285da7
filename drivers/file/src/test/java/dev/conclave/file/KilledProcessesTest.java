package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.spi.ClaimId;
import dev.conclave.table.Audit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Processes that are killed at any moment")
class KilledProcessesTest {
    /** More with {@code -Dconclave.kills=1000}. */
    private static final int KILLS = Integer.getInteger("conclave.kills", 24);

    private static final int PROCESSES = 4;

    private final Path work;

    KilledProcessesTest(@TempDir Path work) {
        this.work = work;
    }

    private final List<Process> processes = new ArrayList<>();
    private int started;

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @DisplayName("leave a store that is sound, a lock that was never held twice, and tokens that grow")
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
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }

        assertThat(count()).as("seed %s", seed).isBetween(noted(), noted() + KILLS + PROCESSES);
        assertUsable();
    }

    private void start() throws IOException {
        String name = "m" + ++started;
        processes.add(Processes.start(
                Hammer.class, work.resolve("output"), work.resolve("store").toString(), work.toString(), name));
    }

    private void awaitProgress() {
        long before = count();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            assertAllAlive();
            return count() > before + 10;
        });
    }

    private void assertAllAlive() throws IOException {
        assertThat(processes)
                .as("they go on until they are killed: %s", output())
                .allMatch(Process::isAlive);
    }

    private void assertUsable() throws Exception {
        try (Member last = Member.of(work.resolve("store"), "last")) {
            ClaimId id = last.request("counter");
            last.acquire(id);
            assertThat(Member.join(last.driver.inspect(id.key())).holders()).hasSize(1);
            last.release(id);
            // All that is left is a process, its session with its name, the group, and who left it lately.
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                Member.join(last.driver.groups());
                return Audit.used(table()) < 5 + 2 * 260;
            });
            Audit.check(table());
            assertThat(Files.size(work.resolve("store/conclave/table"))).isLessThan(4_000_000);
        }
    }

    private java.nio.ByteBuffer table() throws IOException {
        try (FileChannel channel = FileChannel.open(work.resolve("store/conclave/table"), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    private long count() {
        try (FileChannel counter = Hammer.open(work.resolve("counter"))) {
            return Hammer.read(counter, 1).getLong(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long noted() throws IOException {
        long sum = 0;
        for (int i = 1; i <= started; i++) {
            try (FileChannel own = Hammer.open(work.resolve("done-m" + i))) {
                sum += Hammer.read(own, 1).getLong(0);
            }
        }
        return sum;
    }

    private String output() throws IOException {
        return Files.readString(work.resolve("output"));
    }
}
