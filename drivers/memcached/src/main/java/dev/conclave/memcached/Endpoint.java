package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Where the server is and how it is connected to: with or without TLS, and for how long at most. */
final class Endpoint {
    private static final int PORT = 11211;

    private final Target.Host host;
    private final @Nullable SSLSocketFactory tls;
    private final Duration timeout;
    private final String member;

    Endpoint(Target target, String member, Duration timeout) {
        this.host = host(target);
        this.tls = target.scheme().equals("memcacheds") ? Tls.context(target).getSocketFactory() : null;
        this.timeout = timeout;
        this.member = member;
    }

    private static Target.Host host(Target target) {
        String scheme = target.scheme();
        if (target.hosts().isEmpty()) {
            throw new MisconfiguredException(
                    "the " + scheme + ": URL names no host; write " + scheme + "://localhost:" + PORT);
        }
        if (target.hosts().size() > 1) {
            throw new MisconfiguredException(
                    "the " + scheme + ": URL names " + target.hosts().size()
                            + " servers, and locks spread over them would be held twice as soon as members see different ones of"
                            + " them; name one server, or use a backend that survives the loss of one");
        }
        if (target.path().length() > 1) {
            throw new MisconfiguredException("the " + scheme + ": URL has the path '" + target.path()
                    + "', and memcached has no databases; write ?namespace=NAME to keep applications apart");
        }
        Target.Host named = target.hosts().get(0);
        return named.port() < 0 ? new Target.Host(named.name(), PORT) : named;
    }

    Target.Host host() {
        return host;
    }

    Duration timeout() {
        return timeout;
    }

    /** Connects; the server has said nothing yet. */
    Wire connect() {
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
            socket.setSoTimeout(millis());
            socket.connect(address, millis());
            return new Wire(socket, tls == null ? socket : encrypted(tls, socket), timeout);
        } catch (IOException e) {
            close(socket);
            throw failed(e);
        }
    }

    private int millis() {
        return (int) Math.max(1, timeout.toMillis());
    }

    private Socket encrypted(SSLSocketFactory factory, Socket socket) throws IOException {
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, host.name(), host.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no use any more, and the reason is told already.
        }
    }

    /** The server and the member, for messages. */
    String where() {
        return "memcached at " + host + " for member " + member;
    }

    /** What is said when the server cannot be reached or does not answer sensibly. */
    ConclaveException failed(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return new BackendUnavailableException(where() + ": the host name is not known", cause);
        }
        if (cause instanceof SSLException && !isCutOff(cause)) {
            return new MisconfiguredException(
                    where() + ": TLS failed: " + cause.getMessage()
                            + "; look at the scheme (memcacheds: has TLS, memcached: has not) and at tls-ca",
                    cause);
        }
        if (cause instanceof SocketTimeoutException) {
            return new BackendUnavailableException(
                    where() + " did not answer within " + Durations.format(timeout)
                            + (tls == null ? "" : " (if it speaks no TLS, the scheme is memcached:, not memcacheds:)")
                            + "; it will be tried again",
                    cause);
        }
        if (cause instanceof Wire.StrangeAnswer) {
            return strange(String.valueOf(cause.getMessage()), cause);
        }
        return new BackendUnavailableException(where() + " cannot be reached: " + cause.getMessage(), cause);
    }

    MisconfiguredException strange(String what, @Nullable Throwable cause) {
        return new MisconfiguredException(
                "what listens at " + host + " does not answer as memcached does: " + what
                        + "; look at the host and port",
                cause);
    }

    /** A connection that stood is no more, whatever the reason: it will be made again. */
    BackendUnavailableException broken(Throwable reason) {
        ConclaveException failure = failed(reason);
        return failure instanceof BackendUnavailableException unavailable
                ? unavailable
                : new BackendUnavailableException(String.valueOf(failure.getMessage()), reason);
    }

    /** The line broke during the handshake, which says nothing of certificates. */
    private static boolean isCutOff(Throwable cause) {
        return cause.getCause() instanceof EOFException
                || (cause.getCause() instanceof IOException && !(cause.getCause() instanceof SSLException))
                || String.valueOf(cause.getMessage()).contains("terminated the handshake");
    }
}
