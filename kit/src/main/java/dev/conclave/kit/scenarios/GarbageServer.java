package dev.conclave.kit.scenarios;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that greets everybody in a protocol that no backend speaks. */
final class GarbageServer implements AutoCloseable {
    private static final byte[] GARBAGE = "GARBAGE/1.0 418 \u0000\u0001\u0002 not what you expected\r\n\r\n"
            .repeat(20)
            .getBytes(StandardCharsets.ISO_8859_1);

    private final ServerSocket listening;

    GarbageServer() throws IOException {
        listening = new ServerSocket(0, 20, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "kit-garbage");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort());
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept()) {
                socket.getOutputStream().write(GARBAGE);
                socket.getInputStream().read();
            } catch (IOException e) {
                // The client went away, or the server was closed, which ends the loop.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
