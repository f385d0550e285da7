package dev.conclave.spi.support;

import dev.conclave.spi.Target;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Connects to servers for a driver that speaks their protocol over a socket itself: with or without TLS, and for so long at
 * most. Thread-safe.
 */
public final class Connector {
    private final @Nullable SSLSocketFactory tls;
    private final int timeoutMillis;

    /**
     * Makes a connector.
     *
     * @param tls what encrypts; the server's certificate has to name the host. Null for none
     * @param timeout how long connecting may take, and then each read until the driver sets another
     */
    public Connector(@Nullable SSLSocketFactory tls, Duration timeout) {
        this.tls = tls;
        this.timeoutMillis = (int) Math.max(1, timeout.toMillis());
    }

    /**
     * A connection that stands, of which the server has said nothing yet.
     *
     * @param socket the TCP connection, to be cut
     * @param channel what is read and written: the same, or the encrypted one above it
     */
    public record Connected(Socket socket, Socket channel) {}

    /** Connects. What fails leaves nothing open. */
    public Connected connect(Target.Host host) throws IOException {
        Socket socket = new Socket();
        try {
            InetSocketAddress address = new InetSocketAddress(host.name(), host.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException(host.name());
            }
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            // Whatever of a connection that is given up the kernel still has is not to arrive minutes later.
            socket.setSoLinger(true, 0);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(address, timeoutMillis);
            return new Connected(socket, tls == null ? socket : encrypted(tls, socket, host));
        } catch (IOException | RuntimeException e) {
            close(socket, e);
            throw e;
        }
    }

    private static Socket encrypted(SSLSocketFactory factory, Socket socket, Target.Host host) throws IOException {
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, host.name(), host.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static void close(Socket socket, Exception reason) {
        try {
            socket.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Whether TLS failed for a certificate or a protocol, and not because the line broke during the handshake. */
    public static boolean isRefusal(Throwable failure) {
        return failure instanceof SSLException && !isCutOff(failure);
    }

    private static boolean isCutOff(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause instanceof EOFException
                || (cause instanceof IOException && !(cause instanceof SSLException))
                || String.valueOf(failure.getMessage()).contains("terminated the handshake");
    }
}
