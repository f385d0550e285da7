package dev.conclave.postgresql;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets for the client library, which makes this factory by its name, that are known to us: see {@link Wire}. After each notification the library reads on for a
 * millisecond, to see if there is another one, before it hands out the first; every hand-over of a lock would take so much longer. Here
 * a read that may take a millisecond looks, and waits for nothing.
 */
public final class PromptSockets extends SocketFactory {
    /** The shortest that a socket can be told to wait: whoever says so wants to know if there is something, not to wait. */
    private static final int GLANCE_MILLIS = 1;

    /** Of the connection that this thread makes. */
    private static final ThreadLocal<PromptSocket> MADE = new ThreadLocal<>();

    /** For the client library. */
    public PromptSockets() {}

    /** Forgets what this thread has made. */
    static void forget() {
        MADE.remove();
    }

    /** The last socket that this thread has made, or what encrypts it; null if none was made. */
    static @Nullable Socket made() {
        PromptSocket made = MADE.get();
        return made == null ? null : made.outermost;
    }

    /** Likewise, and what all of it goes through, encrypted or not. */
    static @Nullable Socket madeBeneath() {
        return MADE.get();
    }

    /** A socket of ours is used through another. */
    static void encrypts(Socket socket, Socket encrypting) {
        if (socket instanceof PromptSocket ours) {
            ours.outermost = encrypting;
        }
    }

    /** Whether the client library can see this class, which it cannot where an application server has it in a class loader of its own. */
    static boolean areVisibleTo(Class<?> library) {
        try {
            return Class.forName(PromptSockets.class.getName(), false, library.getClassLoader()) == PromptSockets.class;
        } catch (ClassNotFoundException e) {
            return false; // notifications take a millisecond longer
        }
    }

    @Override
    public Socket createSocket() {
        PromptSocket socket = new PromptSocket();
        MADE.set(socket);
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return new Socket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return new Socket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return new Socket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return new Socket(host, port, localHost, localPort);
    }

    private static final class PromptSocket extends Socket {
        private volatile boolean glancing;
        private Socket outermost = this;

        @Override
        public synchronized void setSoTimeout(int millis) throws SocketException {
            glancing = millis == GLANCE_MILLIS;
            super.setSoTimeout(millis);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    glance();
                    return in.read();
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (length > 0) {
                        glance();
                    }
                    return in.read(bytes, offset, length);
                }

                private void glance() throws IOException {
                    if (glancing && in.available() == 0) {
                        throw new SocketTimeoutException("nothing to read yet");
                    }
                }
            };
        }
    }
}
