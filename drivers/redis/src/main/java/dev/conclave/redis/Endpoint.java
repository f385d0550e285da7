package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** How servers of one target are connected to: with or without TLS, and for how long at most. */
final class Endpoint {
    private final @Nullable SSLSocketFactory tls;
    private final Duration timeout;
    private final String member;

    Endpoint(Target target, String member, Duration timeout) {
        boolean encrypted =
                target.scheme().equals("rediss") || target.flag("tls").orElse(false);
        this.tls = encrypted ? Tls.context(target).getSocketFactory() : null;
        this.timeout = timeout;
        this.member = member;
    }

    Duration timeout() {
        return timeout;
    }

    /** Connects; the server has said nothing yet. */
    Wire connect(Target.Host host) {
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
            return new Wire(host, socket, tls == null ? socket : encrypted(tls, socket, host), timeout);
        } catch (IOException e) {
            close(socket);
            throw failed(host, e);
        }
    }

    private int millis() {
        return (int) Math.max(1, timeout.toMillis());
    }

    private Socket encrypted(SSLSocketFactory factory, Socket socket, Target.Host host) throws IOException {
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

    /** What is said when a server cannot be reached or does not answer sensibly. */
    ConclaveException failed(Target.Host host, Throwable cause) {
        String where = "Redis at " + host + " for member " + member;
        if (cause instanceof UnknownHostException) {
            return new BackendUnavailableException(where + ": the host name is not known", cause);
        }
        if (cause instanceof SSLException && !isCutOff(cause)) {
            return new MisconfiguredException(
                    where + ": TLS failed: " + cause.getMessage()
                            + "; look at the scheme (rediss: has TLS, redis: has not) and at tls-ca",
                    cause);
        }
        if (cause instanceof java.net.SocketTimeoutException
                || cause.getCause() instanceof java.net.SocketTimeoutException) {
            return new BackendUnavailableException(
                    where + " did not answer within " + Durations.format(timeout)
                            + (tls == null ? "" : " (if it speaks no TLS, the scheme is redis:, not rediss:)")
                            + "; it will be tried again",
                    cause);
        }
        if (String.valueOf(cause.getMessage()).startsWith("Unknown reply")) {
            return new MisconfiguredException(
                    "what listens at " + host + " does not answer as Redis does; look at the host and port", cause);
        }
        String reason = cause instanceof JedisConnectionException
                ? Optional.ofNullable(cause.getCause()).orElse(cause).getMessage()
                : cause.getMessage();
        return new BackendUnavailableException(where + " cannot be reached: " + reason, cause);
    }

    /** The line broke during the handshake, which says nothing of certificates. */
    private static boolean isCutOff(Throwable cause) {
        return (cause.getCause() instanceof IOException && !(cause.getCause() instanceof SSLException))
                || String.valueOf(cause.getMessage()).contains("terminated the handshake");
    }
}
