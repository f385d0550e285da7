package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@DisplayName("The command line of the benchmark")
class BenchTest {
    @ParameterizedTest
    @CsvSource({"--seconds, 0", "--seconds, NaN", "--seconds, 130", "--warm-up, -1", "--warm-up, 241", "--rounds, 0"})
    @DisplayName("refuses times in which nothing can be measured, or that look as if somebody hung")
    void refusesTimes(String option, String value) {
        StringWriter errors = new StringWriter();
        CommandLine program = new CommandLine(new Bench()).setErr(new PrintWriter(errors));

        int status = program.execute("--backend", "memory", "--workload", "cycle", option, value);

        assertThat(status).isEqualTo(2);
        assertThat(errors.toString()).contains(option + " must be");
    }
}
