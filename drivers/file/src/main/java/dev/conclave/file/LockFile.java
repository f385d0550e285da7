package dev.conclave.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A file that is only locked, byte by byte, never read or written. The kernel frees a process's locks when
 * it dies.
 *
 * <p>It also frees them when the process closes <em>any</em> descriptor of the file: there is one of these per
 * file and JVM, and nobody else opens it. A plain file channel closes when a thread that uses it is
 * interrupted, which would free all locks too; an asynchronous one does not. Its operations run on the
 * thread that calls.
 */
final class LockFile implements AutoCloseable {
    private final AsynchronousFileChannel channel;

    private LockFile(AsynchronousFileChannel channel) {
        this.channel = channel;
    }

    static LockFile open(Path file) throws IOException {
        return new LockFile(AsynchronousFileChannel.open(
                file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE), new CallersThread()));
    }

    /** Locks a byte if no other process has it. */
    @Nullable
    FileLock tryLock(long at) throws IOException {
        return channel.tryLock(at, 1, false);
    }

    /**
     * Whether another process has any of the bytes; this one must have none of them. By a shared lock, so that of two who ask neither
     * takes the other for who is asked about, however long it stops here.
     */
    boolean isLockedElsewhere(long from, long count) throws IOException {
        FileLock lock = channel.tryLock(from, count, true);
        if (lock != null) {
            lock.release();
        }
        return lock == null;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static final class CallersThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
