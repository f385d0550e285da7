package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.bench.deployments.Counting;
import dev.conclave.bench.deployments.Deployment;
import dev.conclave.bench.deployments.Deployments;
import dev.conclave.bench.peers.Contestants;
import dev.conclave.bench.workloads.Workload;
import dev.conclave.bench.workloads.Workloads;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every workload for a moment, on files: it needs no server, and yet members are processes. */
@DisplayName("On files, where no server is needed,")
class WorkloadsTest {
    private static final Plan MOMENT = new Plan(1, 0.2, 0.2, true, Set.of());

    @TempDir
    private Path folder;

    @Test
    @DisplayName("every workload measures all who suit it, and nobody fails")
    void everyWorkloadRuns() throws Exception {
        try (Deployment deployment = Deployments.start(Backend.FILE, folder)) {
            Counting counting = new Counting(deployment);
            for (Workload workload : Workloads.all()) {
                List<Contestant> suited = Contestants.on(Backend.FILE).stream()
                        .filter(workload::suits)
                        .toList();
                Sheet sheet = workload.sheet(Backend.FILE);
                try (PrintStream nowhere =
                                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
                        Course course = new Course(MOMENT, List.of(), deployment, counting, suited, sheet, nowhere)) {
                    workload.run(course);
                }

                assertThat(sheet.out()).as(workload.name()).isEmpty();
                assertThat(sheet.contestants()).as(workload.name()).containsExactlyInAnyOrderElementsOf(suited);
                // The JDK's file locks need no thread.
                Metric main = sheet.metrics().stream()
                        .filter(metric -> !metric.name().equals("threads"))
                        .findFirst()
                        .orElseThrow();
                for (Contestant contestant : suited) {
                    assertThat(sheet.figure(contestant, main).orElseThrow().median())
                            .as("%s of %s: %s", workload.name(), contestant.name(), main.key())
                            .isPositive();
                }
                assertThat(workload.estimate(MOMENT, suited)).isPositive();
            }
        }
    }
}
