package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A process that leaves its place in the table to another")
class DepartureTest {
    private final Path work;
    private final StoreDirectory directory;

    DepartureTest(@TempDir Path work) throws Exception {
        this.work = work;
        this.directory = StoreDirectory.open(Target.parse("file:" + work.resolve("store"), Map.of(), List.of()));
    }

    @Test
    @DisplayName("has given up all that is bound to the place before it leaves the mutex, though it closes later")
    void newcomer() throws Exception {
        StoreFiles files = StoreFiles.open(directory, Duration.ofSeconds(5));
        files.enter();
        files.table().enter(ProcessHandle.current().pid());
        files.table().unregister();
        files.depart();
        files.leave();

        Path output = work.resolve("output");
        Process newcomer = Processes.start(
                Helper.class, output, "try", work.resolve("store").toString(), "invoices");

        assertThat(newcomer.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).contains("granted");
        files.close();
    }

    @Test
    @DisplayName("does not take away the socket of who came to the place meanwhile")
    void socket() throws Exception {
        SocketPaths paths = SocketPaths.of(directory);
        Doorbells former = new Doorbells(paths);
        former.listen(0);
        try (Doorbells newcomer = new Doorbells(paths)) {
            newcomer.listen(0);
            former.close();
            assertThat(paths.of(0)).exists();
            newcomer.takeDown();
            assertThat(paths.of(0)).doesNotExist();
        }
    }
}
