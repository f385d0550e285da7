package dev.conclave.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder for what a backend stores, for drivers whose backend is a folder or a server that wants one. */
public final class TemporaryFolder implements AutoCloseable {
    private static final long PAGE_BYTES = 4_096;

    private final Path path;

    /** Makes a folder. */
    public TemporaryFolder() throws IOException {
        this.path = Files.createTempDirectory("conclave-kit");
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** How many files are in it and below, and how many pages of 4 KiB they fill, added up. */
    public long pages() throws IOException {
        long pages = 0;
        for (Path file : contents()) {
            try {
                pages += Files.isRegularFile(file) ? 1 + Files.size(file) / PAGE_BYTES : 0;
            } catch (NoSuchFileException e) {
                // It was deleted meanwhile.
            }
        }
        return pages;
    }

    private List<Path> contents() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() throws IOException {
        for (Path file : contents()) {
            Files.deleteIfExists(file);
        }
    }
}
