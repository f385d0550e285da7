package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import dev.conclave.bench.deployments.LockFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernel's lock on a file for each name, with a lock of the JVM before it. All clients of a JVM share the channels: the
 * kernel's lock is the process's, and closing any channel on the file gives it up.
 */
final class FileChannelPeer implements Client {
    private static final Map<Path, FileChannel> CHANNELS = new ConcurrentHashMap<>();
    private static final LocalTurns TURNS = new LocalTurns();

    private final Path folder;

    FileChannelPeer(String url) throws IOException {
        this.folder = Files.createDirectories(LockFolder.of(url));
    }

    @Override
    public Mutex mutex(String name) throws IOException {
        Path file = folder.resolve(name + ".lock");
        FileChannel channel = channel(file);
        return TURNS.around(name, new Mutex() {
            private FileLock lock;

            @Override
            public void acquire() throws IOException {
                lock = channel.lock();
            }

            @Override
            public void release() throws IOException {
                lock.release();
            }
        });
    }

    private static synchronized FileChannel channel(Path file) throws IOException {
        FileChannel channel = CHANNELS.get(file);
        if (channel == null) {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            CHANNELS.put(file, channel);
        }
        return channel;
    }

    @Override
    public void close() {
        // The channels end with the process.
    }
}
