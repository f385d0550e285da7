package dev.conclave.redis;

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
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** How servers of one target are connected to: with or without TLS, and for how long at most. */
final class Endpoint {
    private final boolean encrypted;
    private final Connector connector;
    private final Duration timeout;
    private final String member;

    Endpoint(Target target, String member, Duration timeout) {
        this.encrypted = target.scheme().equals("rediss") || target.flag("tls").orElse(false);
        this.connector = new Connector(Tls.sockets(target, encrypted, "rediss:, or tls=true"), timeout);
        this.timeout = timeout;
        this.member = member;
    }

    Duration timeout() {
        return timeout;
    }

    /** Connects; the server has said nothing yet. */
    Wire connect(Target.Host host) {
        try {
            Connector.Connected connected = connector.connect(host);
            return new Wire(host, connected.socket(), connected.channel(), timeout);
        } catch (IOException e) {
            throw failed(host, e);
        }
    }

    /** What is said when a server cannot be reached or does not answer sensibly. */
    ConclaveException failed(Target.Host host, Throwable cause) {
        String where = "Redis at " + host + " for member " + member;
        if (cause instanceof UnknownHostException) {
            return new BackendUnavailableException(where + ": the host name is not known", cause);
        }
        if (Connector.isRefusal(cause)) {
            return new MisconfiguredException(
                    where + ": TLS failed: " + cause.getMessage()
                            + "; look at the scheme (rediss: has TLS, redis: has not) and at tls-ca",
                    cause);
        }
        if (cause instanceof SocketTimeoutException || cause.getCause() instanceof SocketTimeoutException) {
            return new BackendUnavailableException(
                    where + " did not answer within " + Durations.format(timeout)
                            + (encrypted ? " (if it speaks no TLS, the scheme is redis:, not rediss:)" : "")
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
}
