package dev.conclave.faults.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** All that happened in a run, in the order of time. */
public record History(List<Entry> entries) {
    static final String SUFFIX = ".history.jsonl";

    /** Sorts the entries. */
    public History {
        entries = entries.stream().sorted(Comparator.comparingLong(Entry::at)).toList();
    }

    /** Reads the files of a run. The last line of one who was killed may be cut short; it is left out. */
    public static History read(Path folder) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                String text = Files.readString(file);
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(Json::entry)
                        .forEach(entries::add);
            }
        }
        return new History(entries);
    }
}
