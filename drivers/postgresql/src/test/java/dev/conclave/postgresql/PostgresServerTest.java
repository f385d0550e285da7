package dev.conclave.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.conclave.servers.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a PostgreSQL server for tests")
class PostgresServerTest {
    private static final Path SYSTEM_V = Path.of("/proc/sysvipc/shm");

    @Test
    @DisplayName("leaves no shared memory when it is emptied or closed, even if it is paused")
    void leavesNothing() throws Exception {
        assumeThat(SYSTEM_V).exists();
        List<String> segments = new ArrayList<>();
        List<Path> mapped = new ArrayList<>();
        try (PostgresServer server = PostgresServer.start()) {
            note(server.process().pid(), segments, mapped);
            server.restartEmpty();
            note(server.process().pid(), segments, mapped);
            server.process().pause();
        }
        assertThat(segments).hasSize(2).noneMatch(segment -> isThere(segment));
        assertThat(mapped).isNotEmpty().noneMatch(Files::exists);
    }

    private static void note(long pid, List<String> segments, List<Path> mapped) throws IOException {
        Files.readAllLines(SYSTEM_V).stream()
                .map(line -> line.trim().split(" +", -1))
                .filter(words -> words[4].equals(Long.toString(pid)))
                .forEach(words -> segments.add(words[1]));
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/maps"))) {
            lines.filter(line -> line.contains("/dev/shm/PostgreSQL."))
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .distinct()
                    .forEach(mapped::add);
        }
    }

    private static boolean isThere(String segment) {
        try {
            return Files.readAllLines(SYSTEM_V).stream()
                    .anyMatch(line -> line.trim().split(" +", -1)[1].equals(segment));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
