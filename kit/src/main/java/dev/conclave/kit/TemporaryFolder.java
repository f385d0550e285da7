package dev.conclave.kit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** How many files are in it and below. */
    public long files() throws IOException {
        return contents().stream().filter(Files::isRegularFile).count();
    }

    /** What is in a folder before the folder itself; without what is deleted meanwhile. */
    private List<Path> contents() throws IOException {
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                all.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                return unlessGone(failure);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                all.add(directory);
                return failure == null ? FileVisitResult.CONTINUE : unlessGone(failure);
            }
        });
        return all;
    }

    private static FileVisitResult unlessGone(IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() throws IOException {
        for (Path file : contents()) {
            Files.deleteIfExists(file);
        }
    }
}
