package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.History;
import dev.conclave.faults.history.HistoryWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @Test
    @DisplayName(
            "several processes' files are read as one list in the order of time, without a line that a kill cut short")
    void readsBack(@TempDir Path folder) throws Exception {
        Event asked = new Event.Asked(1, Event.Mode.SHARED, "lock-1", -1);
        Event saw = new Event.Saw("g", "Left", "bob", "i1", 4, Map.of("ada", "i2"));
        try (HistoryWriter ada = HistoryWriter.in(folder, "ada#1");
                HistoryWriter bob = HistoryWriter.in(folder, "bob#2")) {
            bob.write(20, saw);
            ada.write(10, asked);
        }
        Files.writeString(folder.resolve("ada-1.history.jsonl"), "{\"at\":30,\"wh", StandardOpenOption.APPEND);

        assertThat(History.read(folder).entries())
                .containsExactly(new Entry(10, "ada#1", asked), new Entry(20, "bob#2", saw));
    }
}
