package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A lock on a file's byte")
class LockFileTest {
    private static final Path LOCKS = Path.of("/proc/locks");

    private final Path work;

    LockFileTest(@TempDir Path work) {
        this.work = work;
    }

    @Test
    @DisplayName(
            "is waited for although the kernel sees a deadlock, which it is between processes but not between threads")
    void falseDeadlock() throws Exception {
        assumeTrue(Files.isReadable(LOCKS), "nothing tells who waits for a lock");
        Path ours = Files.createFile(work.resolve("ours"));
        Path theirs = Files.createFile(work.resolve("theirs"));
        try (LockFile first = LockFile.open(ours);
                LockFile second = LockFile.open(theirs)) {
            FileLock held = first.lock(0);
            Process other = Processes.start(
                    Helper.class, work.resolve("output"), "wait for a lock", ours.toString(), theirs.toString());
            try {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> Files.readAllLines(LOCKS).stream()
                                .anyMatch(line -> line.contains("->") && line.contains(" " + other.pid() + " ")));

                // What another thread of a member with two stores does meanwhile.
                CompletableFuture<FileLock> waiting = CompletableFuture.supplyAsync(() -> lock(second));
                await().during(Duration.ofMillis(50)).until(() -> !waiting.isDone());
                held.release();

                assertThat(waiting.get(60, TimeUnit.SECONDS).isValid()).isTrue();
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
    }

    private static FileLock lock(LockFile file) {
        try {
            return file.lock(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
