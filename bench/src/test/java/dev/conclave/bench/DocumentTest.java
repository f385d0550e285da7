package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A page")
class DocumentTest {
    @TempDir
    private Path folder;

    private static Report report(String commit, Sheet... sheets) {
        Report report = new Report(Map.of("machine", "this one", "commit", commit));
        List.of(sheets).forEach(report::add);
        return report;
    }

    @Test
    @DisplayName("is written of reports that were read again, with every picture beside it")
    void isWritten() throws IOException {
        Path results = folder.resolve("redis.json");
        Report measured = report("abc", Samples.cycle(900, 99, 2), Samples.waiters(3));
        Files.writeString(results, measured.json());

        Path page = folder.resolve("benchmarks.md");
        new Document(List.of(Report.read(results))).write(page);

        String text = Files.readString(page);
        assertThat(text)
                .contains("- commit: abc", "met: 0.90 ×", "### cycle on redis", "### waiters on redis", " 1,000 |");
        List<String> linked = text.lines()
                .filter(line -> line.startsWith("!["))
                .map(line -> line.replaceFirst(".*\\((.*)\\)", "$1"))
                .toList();
        assertThat(linked).containsExactly("benchmarks/cycle.svg", "benchmarks/waiters.svg");
        try (Stream<Path> files = Files.list(folder.resolve("benchmarks"))) {
            assertThat(files.map(file -> "benchmarks/" + file.getFileName()))
                    .containsExactlyInAnyOrderElementsOf(linked);
        }
    }

    @Test
    @DisplayName("loses nothing on the way through JSON")
    void losesNothing() {
        Sheet waiters = Samples.waiters(3);
        waiters.out(waiters.us().orElseThrow(), "nobody got the lock");
        waiters.out(Samples.contestant("early", Contestant.Kind.PEER), "no route");
        Report measured = report("abc", Samples.cycle(900, 99, 2), waiters);

        Report read = Report.parse(measured.json());

        assertThat(read.json()).isEqualTo(measured.json());
        assertThat(read.markdown()).isEqualTo(measured.markdown()).contains("early could not go on: no route");
        assertThat(read.isWhole()).isFalse();
        assertThat(report("abc", Samples.waiters(3)).isWhole()).isTrue();
    }

    @Test
    @DisplayName("tells once what all reports share, and of each in what they differ")
    void tellsDifferences() {
        Sheet onFiles = new Sheet("cycle", Backend.FILE, "On files.", "");
        onFiles.out(Samples.contestant("conclave", Contestant.Kind.CONCLAVE), "nobody came");

        Map<String, String> merged =
                Document.circumstances(List.of(report("abc", Samples.cycle(900, 99, 2)), report("def", onFiles)));

        assertThat(merged).containsEntry("machine", "this one").containsEntry("commit", "abc (redis); def (file)");
    }

    @Test
    @DisplayName("is not made of something else")
    void refusesOtherFiles() throws IOException {
        Path other = Files.writeString(folder.resolve("other.json"), "{\"circumstances\": 3}");

        assertThatThrownBy(() -> Report.read(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("other.json is not a report of a benchmark");
    }

    @Test
    @DisplayName("is not made of two reports of one thing")
    void refusesTwoOfOne() {
        Report one = report("abc", Samples.cycle(900, 99, 2));
        Report another = report("def", Samples.cycle(800, 99, 2));

        assertThatThrownBy(() -> new Document(List.of(one, another)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are two reports of cycle on redis");
    }

    @Test
    @DisplayName("says how much time is left, by how long the done part took")
    void saysTimeLeft() {
        Remaining remaining = new Remaining();
        remaining.expect(60);
        remaining.expect(120);

        assertThat(remaining.said(0)).isEqualTo("3:00 left");
        remaining.done(60);
        assertThat(remaining.said(90)).isEqualTo("3:00 left");
    }
}
