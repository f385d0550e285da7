package dev.conclave.postgresql;

import dev.conclave.ConclaveException;
import dev.conclave.MisconfiguredException;
import dev.conclave.jdbc.Failures;
import java.io.IOException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the client library means, and what to do now. */
final class PostgresqlFailures extends Failures {
    /** No such function, table or schema: somebody has dropped ours. */
    private static final Set<String> SCHEMA_GONE = Set.of("42883", "42P01", "3F000");

    private static final String READ_ONLY = "25006";

    @Override
    public boolean endsConnection(SQLException failure) {
        String state = state(failure);
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals("25P03")
                || state.equals(READ_ONLY)
                || SCHEMA_GONE.contains(state)
                || cause(failure, IOException.class) != null;
    }

    @Override
    protected @Nullable ConclaveException known(Object where, String what, SQLException sql) {
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
            case "53300" -> noConnectionLeft(where, sql);
            default -> connecting(where, state, sql);
        };
    }

    private static @Nullable ConclaveException connecting(Object where, String state, SQLException failure) {
        String message = message(failure);
        if (message.contains("unsupported startup parameter") || message.contains("pooling mode")) {
            return Pooler.refused(where, message, failure);
        }
        if (state.equals("08P01") && cause(failure, UnknownHostException.class) == null) {
            return new MisconfiguredException(
                    where + " does not speak PostgreSQL's protocol: " + message + "; check host and port in the URL",
                    failure);
        }
        return null;
    }

    private static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }
}
