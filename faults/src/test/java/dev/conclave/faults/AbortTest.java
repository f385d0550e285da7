package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.History;
import dev.conclave.kit.Await;
import dev.conclave.kit.process.JavaCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a run that is told to end")
class AbortTest {
    @Test
    @DisplayName("leaves no process, no store, and no clock of a member's")
    void leavesNothing(@TempDir Path folder) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Path histories = folder.resolve("histories");
        Path output = folder.resolve("output");
        ProcessBuilder builder = JavaCommand.of(
                        Faults.class,
                        List.of("--driver", "file", "--members", "2", "--only", "clock-jump,member-pause")
                                .toArray(new String[0]))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.command().addAll(List.of("--seed", "1", "--out", histories.toString()));
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
        Process runner = builder.start();
        try {
            Await.until("all to be connected", () -> connected(histories.resolve("file-1")) == 3);
            List<ProcessHandle> members = runner.descendants().toList();
            assertThat(members).isNotEmpty();
            assertThat(stores(temporary)).isEqualTo(1);

            runner.destroy();

            assertThat(runner.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(members).noneMatch(ProcessHandle::isAlive);
            assertThat(members).noneMatch(member -> Files.exists(Path.of("/dev/shm/faketime_shm_" + member.pid())));
            assertThat(stores(temporary)).as(Files.readString(output)).isZero();
        } finally {
            runner.destroyForcibly().waitFor();
        }
    }

    private static long connected(Path histories) throws Exception {
        return Files.isDirectory(histories)
                ? History.read(histories).entries().stream()
                        .filter(entry -> entry.event() instanceof Event.Connected)
                        .count()
                : 0;
    }

    private static long stores(Path temporary) throws Exception {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("conclave-kit"))
                    .count();
        }
    }
}
