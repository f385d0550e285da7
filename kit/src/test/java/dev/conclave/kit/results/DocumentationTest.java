package dev.conclave.kit.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("the matrix of drivers")
class DocumentationTest {
    private static final DriverInfo FIRST = new DriverInfo(
            "first", List.of("first"), List.of("first:NAME"), Set.of(Trait.FAIR), Optional.empty(), Duration.ZERO);
    private static final DriverInfo SECOND = new DriverInfo(
            "second",
            List.of("second"),
            List.of("second://h:p"),
            Set.of(),
            Optional.of(Duration.ofMillis(250)),
            Duration.ofSeconds(1));

    private final Path docs;

    DocumentationTest(@TempDir Path docs) {
        this.docs = docs;
    }

    private static ScenarioResult result(String scenario, Outcome outcome, double seconds) {
        Optional<String> reason = Optional.of("there is no server").filter(r -> outcome == Outcome.NOT_APPLICABLE);
        return new ScenarioResult(scenario, "shows " + scenario, outcome, reason, Optional.of(seconds));
    }

    private Path run(DriverInfo driver, ScenarioResult... results) throws IOException {
        new DriverResults(driver, List.of(results)).writeTo(docs.resolve("run"));
        return docs.resolve("run").resolve(driver.name() + ".json");
    }

    private Documentation recorded() throws IOException {
        Documentation documentation = new Documentation(docs);
        documentation.record(run(SECOND, result("L1", Outcome.NOT_APPLICABLE, 0), result("B1", Outcome.FAILED, 2)));
        documentation.record(run(
                FIRST,
                result("L1", Outcome.PASSED, 1),
                result("B10", Outcome.PASSED, 1),
                result("B1", Outcome.PASSED, 1),
                result("B1", Outcome.NOT_APPLICABLE, 1)));
        documentation.render();
        return documentation;
    }

    @Test
    @DisplayName("shows each driver's outcome of each scenario, in order")
    void rows() throws IOException {
        recorded();

        assertThat(docs.resolve("drivers.md"))
                .content()
                .containsSubsequence(
                        "| scenario | first | second |", "| B1 | (✔) | ✘ |", "| B10 | ✔ | not run |", "| L1 | ✔ | – |")
                .contains("- **second**, L1: there is no server.")
                .contains("| `FAIR`: waiters are served first come, first served | ✔ | – |")
                .contains("| second | `second://h:p` | 250ms | 1s |");
    }

    @Test
    @DisplayName("is up to date after it was rendered, whatever a further run took in seconds")
    void upToDate() throws IOException {
        Documentation documentation = recorded();
        Path again = run(SECOND, result("B1", Outcome.FAILED, 77), result("L1", Outcome.NOT_APPLICABLE, 3));

        assertThat(documentation.stale(List.of(again))).isEmpty();
    }

    @Test
    @DisplayName("is out of date when a scenario stops applying")
    void outOfDate() throws IOException {
        Documentation documentation = recorded();
        Path changed = run(SECOND, result("B1", Outcome.NOT_APPLICABLE, 1), result("L1", Outcome.NOT_APPLICABLE, 3));

        assertThat(documentation.stale(List.of(changed))).hasSize(2).allMatch(line -> line.contains("B1"));
    }

    @Test
    @DisplayName("is out of date when somebody edited the page")
    void edited() throws IOException {
        Documentation documentation = recorded();
        Files.writeString(docs.resolve("drivers.md"), "anything");

        assertThat(documentation.stale(List.of())).hasSize(1);
    }

    @Test
    @DisplayName("reads back what was written")
    void roundTrip() throws IOException {
        Path file = run(FIRST, result("L1", Outcome.PASSED, 1.5), result("B1", Outcome.NOT_APPLICABLE, 0));

        DriverResults read = DriverResults.read(file);

        assertThat(read.driver()).isEqualTo(FIRST);
        assertThat(read.scenarios())
                .containsExactly(result("B1", Outcome.NOT_APPLICABLE, 0), result("L1", Outcome.PASSED, 1.5));
    }
}
