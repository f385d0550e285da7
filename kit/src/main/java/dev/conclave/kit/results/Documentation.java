package dev.conclave.kit.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The committed results, {@code docs/conformance/*.json}, and the page that is made from them, {@code docs/drivers.md}. */
public final class Documentation {
    private final Path folder;

    /**
     * The documentation in a folder.
     *
     * @param folder usually {@code docs}
     */
    public Documentation(Path folder) {
        this.folder = folder;
    }

    /** Takes a run's results over, without their timings, in place of the driver's older ones. */
    public void record(Path runResults) throws IOException {
        DriverResults.read(runResults).withoutTimings().writeTo(conformance());
    }

    /** Writes the page anew. */
    public void render() throws IOException {
        Files.writeString(page(), rendered());
    }

    /** What is out of date: the page, if it is not what the committed results give; and each given run that found otherwise. */
    public List<String> stale(List<Path> runResults) throws IOException {
        List<String> stale = new ArrayList<>();
        if (!Files.exists(page()) || !Files.readString(page()).equals(rendered())) {
            stale.add(page() + " is not what " + conformance() + " gives; render it again");
        }
        for (Path run : runResults) {
            differences(DriverResults.read(run).withoutTimings(), stale);
        }
        return stale;
    }

    private void differences(DriverResults found, List<String> stale) throws IOException {
        Path committed = conformance().resolve(found.driver().name() + ".json");
        List<String> before =
                Files.exists(committed) ? DriverResults.read(committed).lines() : List.of();
        List<String> now = found.lines();
        before.stream()
                .filter(line -> !now.contains(line))
                .forEach(line -> stale.add(committed + ": no longer found: " + line));
        now.stream()
                .filter(line -> !before.contains(line))
                .forEach(line -> stale.add(committed + ": newly found: " + line));
    }

    private String rendered() throws IOException {
        List<DriverResults> all = new ArrayList<>();
        if (Files.isDirectory(conformance())) {
            try (Stream<Path> files = Files.list(conformance())) {
                for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                        .sorted()
                        .toList()) {
                    all.add(DriverResults.read(file));
                }
            }
        }
        return new MatrixPage(all).render();
    }

    private Path conformance() {
        return folder.resolve("conformance");
    }

    private Path page() {
        return folder.resolve("drivers.md");
    }
}
