package dev.conclave.kit.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on the loopback interface that can pass on, cut, drop silently, delay and refuse. One stands between one member
 * and its server, so that a fault hits that member alone.
 *
 * <p>Thread-safe. Has a few daemon threads for each connection.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int ACCEPT_MILLIS = CONNECT_MILLIS + 1_000;
    private static final long KEEPING_PAUSE_NANOS = 5_000_000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name = "kit-proxy-" + COUNT.incrementAndGet();
    private final InetSocketAddress server;
    private final InetSocketAddress address;
    private final Gate toBackend = new Gate();
    private final Gate toMember = new Gate();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket listening;
    /** Has the port while nobody listens there, so that nobody else is given it: connecting to it is refused all the same. */
    private @Nullable Socket keeper;

    private @Nullable Thread accepting;
    private boolean closed;

    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong packets = new AtomicLong();

    private TcpProxy(InetSocketAddress server, int port) throws IOException {
        this.server = server;
        ServerSocket first = listen(port);
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), first.getLocalPort());
        start(first);
    }

    /** Starts a proxy in front of the server, on a free port. The server need not be up yet. */
    public static TcpProxy to(InetSocketAddress server) throws IOException {
        return to(server, 0);
    }

    /** As {@link #to(InetSocketAddress)}, on a port that nobody takes while new connections are refused. */
    public static TcpProxy to(InetSocketAddress server, int port) throws IOException {
        return new TcpProxy(server, port);
    }

    /** Where the proxy listens. */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Drops silently: bytes that travel in this direction do not arrive any more, and nobody is told; new connections are
     * accepted and dead. What was dropped arrives after {@link #heal()}, as TCP sends it again; {@link #cut()} loses it.
     */
    public void drop(Direction direction) {
        gate(direction).shut();
    }

    /** Makes every byte in this direction arrive that much later, in order, without limiting how many travel at once. */
    public void delay(Direction direction, Duration delay) {
        gate(direction).delay(delay.toNanos());
    }

    /** Resets all connections, both ways; new ones are still accepted. What was under way is lost. */
    public void cut() {
        connections.forEach(ProxiedConnection::reset);
    }

    /** Refuses new connections from now on; those that stand go on. */
    public synchronized void refuse() throws IOException {
        if (listening != null) {
            listening.close();
            listening = null;
            awaitEnd(accepting);
            if (!closed) {
                keeper = refusing(address);
            }
        }
    }

    /** Takes a port on which somebody listened, so that connecting to it is refused until this is closed, and nobody else is given it. */
    public static Socket refusing(InetSocketAddress address) throws IOException {
        // A process that was started just now has a copy of what listened, until it has closed all that it was not
        // meant to have.
        for (long start = System.nanoTime(); ; LockSupport.parkNanos(KEEPING_PAUSE_NANOS)) {
            Socket socket = new Socket();
            try {
                socket.setReuseAddress(true);
                socket.bind(address);
                return socket;
            } catch (BindException e) {
                socket.close();
                if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(CONNECT_MILLIS)) {
                    throw e;
                }
            }
        }
    }

    private void giveUpPort() throws IOException {
        if (keeper != null) {
            keeper.close();
            keeper = null;
        }
    }

    /** Only when its thread has left the system call does a socket that was closed stop listening. */
    private static void awaitEnd(@Nullable Thread accepting) throws InterruptedIOException {
        try {
            if (accepting != null) {
                accepting.join(ACCEPT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    /** Ends all faults: accepts, passes both ways, delays nothing. */
    public synchronized void heal() throws IOException {
        toBackend.open();
        toMember.open();
        if (listening == null && !closed) {
            giveUpPort();
            start(listen(address.getPort()));
        }
    }

    /** How many connections stand. */
    public int connections() {
        return connections.size();
    }

    /** How many attempts to connect came so far, those included that failed since the server is down; not those that were refused here. */
    public long connects() {
        return connects.get();
    }

    /** How many pieces of data members sent so far, whether they arrived or not. What they write in one go comes as one, if it is not large. */
    public long packets() {
        return packets.get();
    }

    /** Resets what stands and stops listening. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        refuse();
        giveUpPort();
        cut();
    }

    private Gate gate(Direction direction) {
        return direction == Direction.TO_BACKEND ? toBackend : toMember;
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return socket;
    }

    private synchronized void start(ServerSocket socket) {
        listening = socket;
        Thread thread = new Thread(() -> accept(socket), name + "-accept");
        thread.setDaemon(true);
        thread.start();
        accepting = thread;
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                connect(socket.accept());
            } catch (IOException e) {
                // The socket was closed to refuse, which ends the loop; or one client went away while it connected.
            }
        }
    }

    private void connect(Socket member) throws IOException {
        connects.incrementAndGet();
        Socket backend = new Socket();
        try {
            backend.connect(server, CONNECT_MILLIS);
        } catch (IOException e) {
            // The server is down: its refusal is passed on as a reset.
            ProxiedConnection.reset(member);
            ProxiedConnection.reset(backend);
            return;
        }
        ProxiedConnection connection = new ProxiedConnection(name, member, backend, packets, connections::remove);
        connections.add(connection);
        connection.start(toBackend, toMember);
    }
}
