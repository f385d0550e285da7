package dev.conclave.jdbc;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client library means, and what to do now. */
public abstract class Failures {
    /** For subclasses. */
    protected Failures() {}

    /** Whether the connection that failed so is of no use any more. */
    public abstract boolean endsConnection(SQLException failure);

    /** What a failure means that only this kind of server has; null for any other. */
    protected abstract @Nullable ConclaveException known(Object where, String what, SQLException failure);

    /** What an application is told. */
    public final ConclaveException of(Object where, String what, Throwable failure) {
        if (failure instanceof ConclaveException known) {
            return known;
        }
        if (!(failure instanceof SQLException sql)) {
            return new BackendUnavailableException(where + " failed at: " + what + ": " + failure, failure);
        }
        ConclaveException known = known(where, what, sql);
        if (known != null) {
            return known;
        }
        if (cause(failure, CertificateException.class) != null) {
            return new MisconfiguredException(
                    where + " shows a certificate that is not trusted: " + message(sql)
                            + "; name its authority with ?tls-ca=FILE",
                    failure);
        }
        UnknownHostException unknown = cause(failure, UnknownHostException.class);
        return new BackendUnavailableException(
                unknown == null
                        ? where + " could not be asked (" + what + "): " + message(sql)
                        : "host '" + unknown.getMessage() + "' of " + where
                                + " is not known; check the name in the URL, or DNS",
                failure);
    }

    /** The server cannot be written to. */
    public static UnsupportedDeploymentException readOnly(Object where, @Nullable Throwable cause) {
        return new UnsupportedDeploymentException(
                where + " is read-only, as a replica is; connect to the primary, or name all hosts in the URL and the"
                        + " primary is found",
                cause);
    }

    /** The server's limit of connections is reached. */
    protected static BackendUnavailableException noConnectionLeft(Object where, SQLException failure) {
        return new BackendUnavailableException(
                where + " has no connection left; each coordinator takes two: raise max_connections", failure);
    }

    /** The first line of a failure's message. */
    protected static String message(SQLException failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.toString()
                : message.lines().findFirst().orElse("");
    }

    /** The first cause of a kind. */
    protected static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }
}
