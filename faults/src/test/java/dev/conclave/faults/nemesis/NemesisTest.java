package dev.conclave.faults.nemesis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.faults.history.HistoryWriter;
import dev.conclave.faults.sites.Nowhere;
import dev.conclave.kit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("the nemesis")
class NemesisTest {
    /** Somewhere where a fault cannot be done at all. */
    private static final class Broken extends Nowhere {
        @Override
        public void flush() {
            throw new NoClassDefFoundError("no such class");
        }
    }

    @Test
    @DisplayName("says what it could not do, even if that failed with an Error")
    void error(@TempDir Path folder) throws Exception {
        Fault flush = new Fault(1, Kind.FLUSH, Fault.ALL_SERVERS, Duration.ZERO, Duration.ZERO, Map.of());
        try (HistoryWriter history = HistoryWriter.in(folder, "nemesis");
                Nemesis nemesis = new Nemesis(new Plan(List.of(flush)), new Broken(), List.of(), history)) {
            assertThatThrownBy(() -> Await.result("the end of all faults", nemesis.start()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("could not do")
                    .hasRootCauseMessage("no such class");
        }
    }
}
