package dev.conclave.postgresql;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client library means, and what to do now. */
final class Failures {
    /** No such function, table or schema: somebody has dropped ours. */
    private static final Set<String> SCHEMA_GONE = Set.of("42883", "42P01", "3F000");

    private static final String READ_ONLY = "25006";

    private Failures() {}

    /** Whether the connection that failed so is of no use any more. */
    static boolean endsConnection(SQLException failure) {
        String state = state(failure);
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals(READ_ONLY)
                || SCHEMA_GONE.contains(state)
                || cause(failure, IOException.class) != null;
    }

    static ConclaveException of(Object where, String what, Throwable failure) {
        if (failure instanceof ConclaveException known) {
            return known;
        }
        if (!(failure instanceof SQLException sql)) {
            return new BackendUnavailableException(where + " failed at: " + what + ": " + failure, failure);
        }
        String state = state(sql);
        return switch (state) {
            case "28P01", "28000" ->
                new MisconfiguredException(
                        where + " refuses the user: " + message(sql)
                                + "; mend the user or password in the URL, or pg_hba.conf",
                        sql);
            case "3D000" ->
                new MisconfiguredException(
                        where + " has no such database; create it, or name another one at the end of the URL", sql);
            case "42501" ->
                new MisconfiguredException(
                        where + " does not allow it: " + what + ": " + message(sql)
                                + "; grant the user all on Conclave's schema: see dev.conclave.postgresql.PrintSchema",
                        sql);
            case READ_ONLY -> readOnly(where, sql);
            case "53300" ->
                new BackendUnavailableException(
                        where + " has no connection left; each coordinator takes two: raise max_connections", sql);
            default -> connecting(where, what, state, sql);
        };
    }

    static UnsupportedDeploymentException readOnly(Object where, @Nullable Throwable cause) {
        return new UnsupportedDeploymentException(
                where + " is read-only, as a standby is; connect to the primary, or name all hosts in the URL and the"
                        + " primary is found",
                cause);
    }

    private static ConclaveException connecting(Object where, String what, String state, SQLException failure) {
        String message = message(failure);
        if (message.contains("unsupported startup parameter") || message.contains("pooling mode")) {
            return Pooler.refused(where, message, failure);
        }
        UnknownHostException unknown = cause(failure, UnknownHostException.class);
        if (unknown != null) {
            return new BackendUnavailableException(
                    "host '" + unknown.getMessage() + "' of " + where
                            + " is not known; check the name in the URL, or DNS",
                    failure);
        }
        if (state.equals("08P01")) {
            return new MisconfiguredException(
                    where + " does not speak PostgreSQL's protocol: " + message + "; check host and port in the URL",
                    failure);
        }
        return new BackendUnavailableException(where + " could not be asked (" + what + "): " + message, failure);
    }

    private static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }

    private static String message(SQLException failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.toString()
                : message.lines().findFirst().orElse("");
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }
}
