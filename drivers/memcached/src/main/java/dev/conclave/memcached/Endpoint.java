package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import dev.conclave.spi.support.Connector;
import dev.conclave.spi.support.Tls;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where the server is and how it is connected to: with or without TLS, and for how long at most. */
final class Endpoint {
    private static final int PORT = 11211;

    private final Target.Host host;
    private final boolean encrypted;
    private final Connector connector;
    private final Duration timeout;
    private final String member;

    Endpoint(Target target, String member, Duration timeout) {
        this.host = host(target);
        this.encrypted = target.scheme().equals("memcacheds");
        this.connector = new Connector(Tls.sockets(target, encrypted, "memcacheds:"), timeout);
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
        try {
            Connector.Connected connected = connector.connect(host);
            return new Wire(connected.socket(), connected.channel(), timeout);
        } catch (IOException e) {
            throw failed(e);
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
        if (Connector.isRefusal(cause)) {
            return new MisconfiguredException(
                    where() + ": TLS failed: " + cause.getMessage()
                            + "; look at the scheme (memcacheds: has TLS, memcached: has not) and at tls-ca",
                    cause);
        }
        if (cause instanceof SocketTimeoutException) {
            return new BackendUnavailableException(
                    where() + " did not answer within " + Durations.format(timeout)
                            + (encrypted ? " (if it speaks no TLS, the scheme is memcached:, not memcacheds:)" : "")
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
}
