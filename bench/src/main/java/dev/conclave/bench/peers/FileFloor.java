package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import dev.conclave.bench.deployments.LockFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A lock file created and deleted: two writes to a directory. What a crash leaves behind stays. */
final class FileFloor implements Client {
    private final Path folder;

    FileFloor(String url) throws IOException {
        this.folder = Files.createDirectories(LockFolder.of(url));
    }

    @Override
    public Mutex mutex(String name) {
        Path file = folder.resolve(name + ".pid");
        return new Mutex() {
            @Override
            public void acquire() throws IOException {
                Files.createFile(file);
            }

            @Override
            public void release() throws IOException {
                Files.delete(file);
            }
        };
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
