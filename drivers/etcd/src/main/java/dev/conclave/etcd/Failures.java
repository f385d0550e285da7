package dev.conclave.etcd;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import dev.conclave.spi.Target;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;

/** What etcd's and gRPC's failures mean, in one line each. */
final class Failures {
    private static final String TOLD = "etcdserver:";
    private static final String REFUSED_WATCH = "watch refused: ";

    private final String member;
    private final boolean encrypted;
    private final Duration callTimeout;

    Failures(String member, boolean encrypted, Duration callTimeout) {
        this.member = member;
        this.encrypted = encrypted;
        this.callTimeout = callTimeout;
    }

    /** Whether it is the server's own sentence, and not what gRPC makes of a broken connection. */
    static boolean isTold(Status status) {
        return String.valueOf(status.getDescription()).startsWith(TOLD);
    }

    /** The token has expired, or somebody has changed users or roles since it was given. */
    static boolean isExpired(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        return says(status, "invalid auth token") || says(status, "revision of auth store is old");
    }

    /** What a watch that is refused ends its stream with. */
    static Status refusedWatch(String reason) {
        return Status.PERMISSION_DENIED.withDescription(REFUSED_WATCH + reason);
    }

    static boolean isRefusedWatch(Status status) {
        return says(status, REFUSED_WATCH);
    }

    private static boolean says(Status status, String words) {
        return String.valueOf(status.getDescription()).contains(words);
    }

    /** What is asked for is not there: a lease. */
    static boolean isLeaseMissing(Throwable failure) {
        return failure.getCause() instanceof StatusRuntimeException told
                && says(told.getStatus(), "requested lease not found");
    }

    private String at(Target.Host host) {
        return "etcd at " + host + " for member " + member;
    }

    BackendUnavailableException closed() {
        return new BackendUnavailableException("the connection to etcd for member " + member + " was closed", null);
    }

    ConclaveException of(Target.Host host, Status status) {
        StatusRuntimeException cause = status.asRuntimeException();
        return switch (status.getCode()) {
            case PERMISSION_DENIED ->
                new MisconfiguredException(
                        at(host)
                                + " does not permit what a step needs; give the user's role the rights that the guide lists: "
                                + reason(status),
                        cause);
            case UNAUTHENTICATED, INVALID_ARGUMENT, FAILED_PRECONDITION -> refused(host, status, cause);
            case DEADLINE_EXCEEDED ->
                new BackendUnavailableException(
                        at(host) + " did not answer within " + Durations.format(callTimeout)
                                + "; it will be tried again",
                        cause);
            case RESOURCE_EXHAUSTED -> exhausted(host, status, cause);
            case UNIMPLEMENTED -> stranger(host, cause);
            default -> broken(host, status, cause);
        };
    }

    private ConclaveException refused(Target.Host host, Status status, StatusRuntimeException cause) {
        if (says(status, "user name is empty") || says(status, "user name not found")) {
            return new MisconfiguredException(
                    at(host) + " asks for a user and password; write etcd://user:password@host", cause);
        }
        if (says(status, "authentication is not enabled")) {
            return new MisconfiguredException(
                    at(host) + " has no users; write the URL without a user and password", cause);
        }
        if (says(status, "authentication failed")) {
            return new MisconfiguredException(at(host) + " refuses the user or the password of the URL", cause);
        }
        return status.getCode() == Status.Code.UNAUTHENTICATED
                ? new BackendUnavailableException(
                        at(host) + " no longer knows the user by its token; it will be asked for another", cause)
                : new BackendUnavailableException(at(host) + " refuses: " + reason(status), cause);
    }

    private ConclaveException exhausted(Target.Host host, Status status, StatusRuntimeException cause) {
        String remedy = says(status, "database space exceeded")
                ? "its database is full; compact and defragment it, then disarm the alarm"
                : "it will be tried again";
        return new BackendUnavailableException(
                at(host) + " cannot serve at present: " + reason(status) + "; " + remedy, cause);
    }

    private ConclaveException broken(Target.Host host, Status status, StatusRuntimeException cause) {
        for (Throwable why = status.getCause(); why != null; why = why.getCause()) {
            if (why instanceof UnknownHostException) {
                return new BackendUnavailableException(at(host) + ": the host name is not known", cause);
            }
            if (why instanceof SSLException && !isCutOff(why)) {
                return new MisconfiguredException(
                        at(host) + ": TLS failed: " + why.getMessage()
                                + "; look at tls-ca and tls-certificate, and whether the server speaks TLS",
                        cause);
            }
            if (why.getClass().getSimpleName().startsWith("Http2Exception")) {
                return stranger(host, cause);
            }
        }
        if (says(status, "HTTP status code") || says(status, "invalid content-type")) {
            return stranger(host, cause);
        }
        String verb = isTold(status) ? " cannot serve at present: " : " cannot be reached: ";
        String hint = encrypted && !isTold(status) ? " (if it speaks no TLS, leave the tls options out)" : "";
        return new BackendUnavailableException(
                at(host) + verb + reason(status) + hint + "; it will be tried again", cause);
    }

    private static boolean isCutOff(Throwable tls) {
        String message = String.valueOf(tls.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("closed") || message.contains("connection reset");
    }

    private ConclaveException stranger(Target.Host host, Throwable cause) {
        return new MisconfiguredException(
                "what listens at " + host + " does not answer as etcd does; look at the host and port"
                        + (encrypted ? "" : ", and at tls-ca if the server speaks TLS"),
                cause);
    }

    private static String reason(Status status) {
        Throwable cause = status.getCause();
        String description = String.valueOf(status.getDescription());
        String reason = cause == null || isTold(status) ? description : description + ": " + cause.getMessage();
        return reason.lines().findFirst().orElse(status.getCode().toString());
    }
}
