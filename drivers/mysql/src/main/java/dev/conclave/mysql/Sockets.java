package dev.conclave.mysql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where the client library gets its sockets, so that we can reset one that is stuck. The library's own way is to connect once more and
 * ask the server to kill, which a server that is stuck does not answer.
 */
public final class Sockets extends SocketFactory {
    private static final ThreadLocal<@Nullable Socket> LAST = new ThreadLocal<>();

    /** For the client library. */
    public Sockets() {}

    /** The socket that this thread has made last. */
    static @Nullable Socket takeLast() {
        Socket socket = LAST.get();
        LAST.remove();
        return socket;
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        LAST.set(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("a socket is connected by who asks for it");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return createSocket(host.getHostName(), port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }
}
