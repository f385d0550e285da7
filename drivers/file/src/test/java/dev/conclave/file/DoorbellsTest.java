package dev.conclave.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.Target;
import dev.conclave.table.Carrier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The doorbells of a store's processes")
class DoorbellsTest {
    private final Heard heard = new Heard();

    /** Java closes the channel that an interrupted thread blocks on, and with it everybody's way to this process. */
    @Test
    @DisplayName("are whole after a caller that was lent to them was interrupted")
    void interrupted(@TempDir Path directory) throws IOException {
        SocketPaths paths = SocketPaths.of(StoreDirectory.open(Target.parse("file:" + directory, Map.of(), List.of())));
        try (Doorbells bells = new Doorbells(paths);
                Doorbells others = new Doorbells(paths)) {
            bells.listen(0);
            others.listen(1);
            others.ring(0, 7);

            Thread.currentThread().interrupt();
            hear(bells, 1);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(heard.subjects).containsExactly(7L);

            others.ring(0, 8);
            hear(bells, 2);
            assertThat(heard.subjects).containsExactly(7L, 8L);
            assertThat(heard.deaths).isZero();
        }
    }

    private void hear(Doorbells bells, int count) throws IOException {
        for (int wait = 0; wait < 10_000 && heard.subjects.size() < count; wait++) {
            bells.awaitBriefly(heard);
        }
    }

    private static final class Heard implements Carrier.Hints {
        private final List<Long> subjects = new ArrayList<>();
        private int deaths;

        @Override
        public void heard(long subject) {
            subjects.add(subject);
        }

        @Override
        public void missed() {
            throw new AssertionError("sockets say what they tell");
        }

        @Override
        public void deathSuspected() {
            deaths++;
        }
    }
}
