package dev.conclave.bench.deployments;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where contestants without a server put files for locks: beside Conclave's on `file`, in memory on `ipc`. */
public final class LockFolder {
    private LockFolder() {}

    /** Of a deployment; may not exist yet. */
    public static Path of(String url) {
        if (url.startsWith("file:")) {
            return Path.of(url.substring("file:".length()) + "-locks");
        }
        return Path.of("/dev/shm", url.substring(url.lastIndexOf('/') + 1) + "-locks");
    }

    /** Removes it with the files in it, if it is there. */
    static void remove(String url) {
        Path folder = of(url);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
