package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.bench.deployments.Counting;
import dev.conclave.bench.deployments.Deployment;
import dev.conclave.bench.deployments.Deployments;
import dev.conclave.bench.peers.Contestants;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A course")
class CourseTest {
    private static final Plan MOMENT = new Plan(1, 0.2, 0.2, true, Set.of());

    @TempDir
    private Path folder;

    private final Contestant floor = Contestants.named(Backend.FILE, "floor");
    private final Sheet sheet = new Sheet("cycle", Backend.FILE, "What it is.", "");
    private final List<ProcessHandle> before =
            ProcessHandle.current().children().toList();
    private Deployment deployment;
    private Course course;

    @BeforeEach
    void begin() throws Exception {
        deployment = Deployments.start(Backend.FILE, folder);
        course = new Course(
                MOMENT,
                List.of(),
                deployment,
                new Counting(deployment),
                List.of(floor),
                sheet,
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void end() throws Exception {
        course.close();
        deployment.close();
    }

    @Test
    @DisplayName("ends the processes of a contestant that fails")
    void endsWhoFails() throws Exception {
        Contestant unknown = new Contestant("unknown", Backend.FILE, floor.kind(), Set.of(), "1.0", floor.opener());
        course.each("two, of which the second fails", contestant -> {
            course.fork(contestant);
            assertThat(started()).isNotEmpty();
            course.fork(unknown);
        });

        assertThat(sheet.out().get(floor)).contains("no contestant unknown on file");
        assertThat(started()).isEmpty();
        assertThat(course.contestants()).isEmpty();
    }

    private List<ProcessHandle> started() {
        return ProcessHandle.current()
                .children()
                .filter(child -> !before.contains(child))
                .toList();
    }

    @Test
    @DisplayName("counts no thread of the benchmark as a contestant's")
    void countsNoThreadOfItsOwn() throws Exception {
        WorkerProcess worker = course.fork(floor);

        assertThat(worker.ask("threads").value("threads")).isZero();
    }
}
