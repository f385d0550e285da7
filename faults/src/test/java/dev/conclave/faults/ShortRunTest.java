package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.checker.Result;
import dev.conclave.faults.checker.Verdict;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A short run")
class ShortRunTest {
    @DisplayName("keeps all promises, and has decided on each")
    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"file, 7", "redis, 8"})
    void keepsAllPromises(String site, long seed, @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder)
            throws Exception {
        Verdict verdict = ShortRuns.run(ShortRuns.settings(folder, site, seed, 20, Set.of()));
        assertThat(verdict.violated()).isEmpty();
        assertThat(verdict.results().subList(0, 9))
                .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(Result.Outcome.HELD));
    }
}
