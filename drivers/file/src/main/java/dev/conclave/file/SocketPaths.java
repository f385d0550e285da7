package dev.conclave.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/** Where the processes of a store listen. */
final class SocketPaths {
    /** What fits in a socket's address everywhere, less a process's number. */
    private static final int MAX_DIRECTORY_BYTES = 92;

    private final StoreDirectory store;
    private final Path directory;

    private SocketPaths(StoreDirectory store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /**
     * In the store; or, where that path is too long for a socket's address, in a directory for temporary files.
     * In the mutex, so that nobody meets that half made.
     */
    static SocketPaths of(StoreDirectory store) throws IOException {
        Path inStore = store.wake();
        if (inStore.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_DIRECTORY_BYTES) {
            return new SocketPaths(store, inStore);
        }
        String name = "conclave-" + Namespaces.sha256(store.toString()).substring(0, 16);
        Path elsewhere = Path.of(System.getProperty("java.io.tmpdir"), name);
        try {
            store.createAlike(elsewhere);
        } catch (FileAlreadyExistsException e) {
            store.requireAlike(elsewhere); // anybody can make a directory there, and the name is no secret
        }
        return new SocketPaths(store, elsewhere);
    }

    Path of(int place) {
        return directory.resolve(Integer.toHexString(place));
    }

    /** Lets those ring who may use the store. */
    void share(Path socket) throws IOException {
        store.share(socket);
    }
}
