package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.bench.workloads.Workload;
import dev.conclave.bench.workloads.Workloads;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A run")
class RunTest {
    private static final Plan MOMENT = new Plan(1, 0.1, 0.1, true, Set.of());
    private static final Plan LONGER = new Plan(2, 0.1, 0.1, true, Set.of());

    private static Run run(Plan plan, List<String> contestants, String... workloads) {
        List<Workload> doing = Workloads.all().stream()
                .filter(workload -> List.of(workloads).contains(workload.name()))
                .toList();
        return new Run(
                plan,
                doing,
                contestants,
                "as tested",
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("knows its own report again, and in what another's differs")
    void knowsItsReport() throws Exception {
        List<String> us = List.of("conclave");
        Report report = Report.parse(
                run(MOMENT, us, "cycle", "contended").on(Backend.MEMORY).json());

        // Nobody contends on memory, where there is one process.
        assertThat(report.sheets()).extracting(Sheet::workload).containsExactly("cycle");
        assertThat(run(MOMENT, us, "cycle").difference(report, Backend.MEMORY)).isEmpty();
        assertThat(run(LONGER, us, "cycle").difference(report, Backend.MEMORY)).startsWith("1 rounds of 0.1 s");
        assertThat(run(MOMENT, us, "cycle", "threads").difference(report, Backend.MEMORY))
                .isEqualTo("workloads cycle");
        assertThat(run(MOMENT, List.of(), "cycle").difference(report, Backend.MEMORY))
                .startsWith("contestants conclave ");
    }
}
