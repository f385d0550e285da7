package dev.conclave.file;

import dev.conclave.table.Carrier;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How processes wake each other: each listens on a Unix-domain socket, and who has something to tell writes
 * eight bytes, the hash of what should be looked at. Hints only: what cannot be sent at once is dropped.
 */
final class Doorbells implements AutoCloseable {
    /** How long nobody is let in after that failed. */
    private static final long PAUSE_MILLIS = 100;

    private final SocketPaths paths;
    private final Selector selector;
    private @Nullable Path socket;
    /** That which lets others in, while it does not; and since when. */
    private @Nullable SelectionKey paused;

    private long pausedAt;
    private final ConcurrentHashMap<Integer, SocketChannel> lines = new ConcurrentHashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(8 * 1024);

    Doorbells(SocketPaths paths) throws IOException {
        this.paths = paths;
        this.selector = Selector.open();
    }

    /** Hears from now on what is told to this process. */
    void listen(int place) throws IOException {
        Path path = paths.of(place);
        Files.deleteIfExists(path); // of a dead process that had the same number
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        socket = path;
        try {
            server.bind(UnixDomainSocketAddress.of(path), 1024);
            paths.share(path);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException | RuntimeException e) {
            server.close();
            takeDown();
            throw e;
        }
    }

    /** Takes the socket's name away, in the mutex: later it may be that of another process, which has our place. */
    void takeDown() throws IOException {
        Path path = socket;
        socket = null;
        if (path != null) {
            Files.deleteIfExists(path);
        }
    }

    /** Makes {@link #await} return. */
    void wakeUp() {
        selector.wakeup();
    }

    /** Waits until there is something to hear or {@link #wakeUp} is called, and passes it on. */
    void await(Carrier.Hints hints) throws IOException {
        await(hints, paused == null ? 0 : PAUSE_MILLIS);
    }

    /** As above, but for a millisecond at most. */
    void awaitBriefly(Carrier.Hints hints) throws IOException {
        await(hints, 1);
    }

    /** An interrupt ends the wait, and closes no line, since none is read from but what has come. */
    private void await(Carrier.Hints hints, long millis) throws IOException {
        selector.select(millis);
        listenAgain();
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            if (key.channel() instanceof ServerSocketChannel server) {
                accept(server, key);
            } else {
                hear((SocketChannel) key.channel(), hints);
            }
        }
    }

    private void listenAgain() {
        if (paused != null && System.nanoTime() - pausedAt >= TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS)) {
            paused.interestOps(SelectionKey.OP_ACCEPT);
            paused = null;
        }
    }

    private void accept(ServerSocketChannel server, SelectionKey key) {
        try {
            SocketChannel line = server.accept();
            if (line != null) {
                line.configureBlocking(false);
                line.register(selector, SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            // Too many open files, perhaps. Those who are not let in yet are seen by looking again; until they are, the
            // selector would say at once, again and again, that they wait.
            key.interestOps(0);
            paused = key;
            pausedAt = System.nanoTime();
        }
    }

    private void hear(SocketChannel line, Carrier.Hints hints) {
        try {
            buffer.clear();
            int count = line.read(buffer);
            buffer.flip();
            while (buffer.remaining() >= 8) {
                hints.heard(buffer.getLong());
            }
            if (count >= 0 && !buffer.hasRemaining()) {
                return;
            }
        } catch (IOException e) {
            // as below
        }
        hangUp(line);
        hints.deathSuspected();
    }

    private void hangUp(SocketChannel line) {
        lines.values().remove(line);
        try {
            line.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    /** Tells another process to look at a subject. On any thread; does not block. */
    void ring(int place, long subject) {
        boolean interrupted = Thread.interrupted(); // it would close the line
        try {
            // The second time with a new line, if the old one led to a process that is gone.
            if (!tell(place, subject)) {
                tell(place, subject);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean tell(int place, long subject) {
        SocketChannel line = lines.get(place);
        try {
            if (line == null) {
                line = connect(place);
            }
            int sent = line.write(ByteBuffer.allocate(8).putLong(0, subject));
            if (sent != 0 && sent != 8) {
                hangUp(line); // the other side must not take the rest for another hint
            }
            return true;
        } catch (IOException e) {
            if (line == null) {
                return true; // nobody listens there any more
            }
            hangUp(line);
            return false;
        }
    }

    private SocketChannel connect(int place) throws IOException {
        SocketChannel line = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            line.configureBlocking(false);
            if (!line.connect(UnixDomainSocketAddress.of(paths.of(place)))) {
                throw new IOException("the process takes no more lines now");
            }
            line.register(selector, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
        selector.wakeup();
        SocketChannel other = lines.put(place, line);
        if (other != null) {
            other.close();
        }
        return line;
    }

    /** Hears nothing any more; the socket's name stays unless it was taken down. */
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
