package dev.conclave.faults.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.checker.Checker;
import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The report")
class RecordsTest {
    private static final Path DOCS = Path.of("..", "docs");

    /** A run in which the second member is granted the lock with this token, after the first with 5. */
    private static History history(long secondToken) {
        List<Entry> entries = new ArrayList<>();
        add(
                entries,
                0,
                "nemesis",
                new Event.Began(
                        42,
                        "redis",
                        "one server",
                        "Redis 7",
                        List.of("ada", "bob"),
                        1_000,
                        List.of("FAIR", "VOLATILE"),
                        1_000,
                        1_000));
        add(entries, 3, "nemesis", new Event.FaultBegan(1, "member-pause", "ada", Map.of()));
        add(entries, 3, "nemesis", new Event.FaultEnded(1));
        Map<String, String> inVain = Map.of(Event.FaultBegan.IN_VAIN, "nobody is there");
        add(entries, 11, "nemesis", new Event.FaultBegan(2, "fail-over", "servers", inVain));
        add(entries, 11, "nemesis", new Event.FaultEnded(2));
        holds(entries, "ada#1", 2, 5);
        holds(entries, "bob#1", 6, secondToken);
        add(entries, 12, "nemesis", new Event.Healed());
        add(entries, 20, "nemesis", new Event.Closing());
        add(entries, 21, "nemesis", new Event.Residue("keys", 0, 0));
        add(entries, 22, "nemesis", new Event.Ended());
        return new History(entries);
    }

    private static void holds(List<Entry> entries, String who, long second, long token) {
        add(entries, second, who, new Event.Asked(1, Mode.EXCLUSIVE, "anchor", -1));
        add(entries, second + 1, who, new Event.Granted(1, Mode.EXCLUSIVE, "anchor", token));
        add(
                entries,
                second + 2,
                who,
                new Event.Believed(1, (second + 1) * 1_000_000_000, (second + 2) * 1_000_000_000));
        add(entries, second + 3, who, new Event.Releasing(1));
    }

    private static void add(List<Entry> entries, long second, String who, Event event) {
        entries.add(new Entry(second * 1_000_000_000, who, event));
    }

    private static void record(Path docs, String command, long secondToken) throws IOException {
        History history = history(secondToken);
        new Records(docs).add("redis", command, history, Checker.check(history));
    }

    private static String page(Path docs) throws IOException {
        return Files.readString(docs.resolve("faults.md"));
    }

    @Test
    @DisplayName("says of each check whether it held, was violated, or had nothing to decide; and what was done")
    void whatHeld(@TempDir Path docs) throws Exception {
        record(docs, "faults/run --seed 42", 6);
        assertThat(page(docs))
                .contains("| 4. tokens strictly grew | ✔ 1 |")
                .contains("| 9. the backend was not hammered while it could not be reached | – |")
                .contains("| `member-pause` | 1 |")
                .doesNotContain("`fail-over`")
                .contains("| minutes of trouble | 0.2 |")
                .contains("| granted | 2 |")
                .contains("two may believe for up to 1s at one time")
                .contains("![What was broken, and who held what, on redis](faults/redis.svg)")
                .contains("faults/run --seed 42");
    }

    @Test
    @DisplayName("names what was violated, with the seed")
    void violation(@TempDir Path docs) throws Exception {
        record(docs, "faults/run --seed 42", 4);
        assertThat(page(docs))
                .contains("| 4. tokens strictly grew | ✘ |")
                .contains("- **redis**, seed 42, 4: bob#1/1 (token 4) asked for lock anchor at 6.000 s");
    }

    @Test
    @DisplayName("adds several runs up; the same command again replaces what it gave before")
    void severalRuns(@TempDir Path docs) throws Exception {
        record(docs, "faults/run --seed 42", 4);
        record(docs, "faults/run --seed 42", 6);
        record(docs, "faults/run --seed 43", 7);
        assertThat(page(docs))
                .contains("| runs | 2 |")
                .contains("| granted | 4 |")
                .doesNotContain("tokens strictly grew | ✘");
    }

    @Test
    @DisplayName("draws who held what as a picture that is sound XML")
    void picture(@TempDir Path docs) throws Exception {
        record(docs, "faults/run --seed 42", 6);
        Path svg = docs.resolve("faults").resolve("redis.svg");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(svg.toFile())
                        .getElementsByTagName("title")
                        .getLength())
                .isEqualTo(4);
        assertThat(Files.readString(svg)).contains("lock anchor", "bob, token 6", "stopped");
    }

    @Test
    @DisplayName("that is published is what the published records give")
    void published() throws Exception {
        assertThat(Files.readString(DOCS.resolve("faults.md"))).isEqualTo(new Records(DOCS).rendered());
    }
}
