package dev.conclave.faults.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.conclave.faults.checker.Timeline;
import dev.conclave.faults.checker.Verdict;
import dev.conclave.faults.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is published of runs: {@code DOCS/faults/SITE.json}, a run a line; {@code DOCS/faults/SITE.svg}, a picture of the last; and {@code
 * DOCS/faults.md}, which is made from the former.
 */
public final class Records {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    private final Path docs;

    /**
     * What is in a folder.
     *
     * @param docs usually {@code docs}
     */
    public Records(Path docs) {
        this.docs = docs;
    }

    /**
     * Keeps a run, in place of one by the same command, draws it, and writes the page anew.
     *
     * @param site what was run
     * @param command that runs it again
     */
    public void add(String site, String command, History history, Verdict verdict) throws IOException {
        Files.createDirectories(folder());
        RunRecord run = RunRecord.of(site, command, history, verdict);
        Path file = folder().resolve(site + ".json");
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            read(file).stream()
                    .filter(kept -> !kept.command().equals(command))
                    .map(JSON::toJson)
                    .forEach(lines::add);
        }
        lines.add(JSON.toJson(run));
        Files.write(file, lines);
        Timeline timeline = Timeline.of(history);
        String title = site + ": " + run.deployment() + "; " + run.members() + " members, time-to-live "
                + run.timeToLive() / 1e3 + " s, seed " + run.seed();
        Files.writeString(
                folder().resolve(site + ".svg"), new TimelinePicture(title, timeline, Window.busiest(timeline)).draw());
        render();
    }

    /** Writes the page anew. */
    public void render() throws IOException {
        Files.writeString(docs.resolve("faults.md"), rendered());
    }

    /** What the page must be. */
    String rendered() throws IOException {
        SortedMap<String, List<RunRecord>> sites = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder())) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                List<RunRecord> runs = read(file);
                sites.put(runs.get(0).site(), runs);
            }
        }
        Path found = folder().resolve("found.md");
        return new FaultsPage(sites, Files.exists(found) ? Files.readString(found) : "").render();
    }

    private static List<RunRecord> read(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> JSON.fromJson(line, RunRecord.class))
                .toList();
    }

    private Path folder() {
        return docs.resolve("faults");
    }
}
