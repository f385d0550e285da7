package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.bench.deployments.LockFolder;
import dev.conclave.bench.deployments.SemaphoreSet;
import dev.conclave.ipc.IpcDriverProvider;
import dev.conclave.kit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A run that is broken off")
@EnabledOnOs(OS.LINUX)
class BreakingOffTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    private Process bench;

    @AfterEach
    void end() {
        bench.destroyForcibly();
    }

    /** What it has in the folder for temporary files, JNA's library aside. */
    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("conclave"))
                    .toList();
        }
    }

    private static boolean isThere(String store) {
        return new IpcDriverProvider()
                .leftovers().stream().anyMatch(leftover -> leftover.url().equals(store));
    }

    @Test
    @DisplayName("leaves no folder and nothing in the kernel, and no report")
    void leavesNothing() throws Exception {
        Path results = folder.resolve("results");
        bench = Processes.java(
                List.of(),
                List.of("-Djava.io.tmpdir=" + folder),
                Bench.class,
                "--backend",
                "ipc",
                "--workload",
                "cycle",
                "--contestant",
                "filechannel,conclave",
                "--warm-up",
                "0.1",
                "--seconds",
                "60",
                "--results",
                results.toString());
        String url = Await.value(
                "the run's folder", () -> left().stream().findFirst().map(each -> "ipc:///" + each.getFileName()));
        Await.until("our store of the run", () -> isThere(url));
        assertThat(LockFolder.of(url)).isDirectory();

        bench.destroy();

        assertThat(bench.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(left()).isEmpty();
        assertThat(LockFolder.of(url)).doesNotExist();
        assertThat(isThere(url)).isFalse();
        assertThatThrownBy(() -> SemaphoreSet.of(url)).hasMessageContaining("semget failed with errno 2");
        assertThat(results).isEmptyDirectory();
    }
}
