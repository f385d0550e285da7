package dev.conclave.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Histories that nobody needs any more. */
final class Folders {
    private Folders() {}

    static void deleteIfEmpty(Path folder) throws IOException {
        try (Stream<Path> contents = Files.list(folder)) {
            if (contents.findAny().isPresent()) {
                return;
            }
        }
        Files.delete(folder);
    }

    static void delete(Path folder) throws IOException {
        List<Path> contents;
        try (Stream<Path> all = Files.walk(folder)) {
            contents = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : contents) {
            Files.delete(each);
        }
    }
}
