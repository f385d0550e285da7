package dev.conclave.postgresql;

import dev.conclave.UnsupportedDeploymentException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Finds out whether a pooler stands before the server that hands its connection to another client after each transaction. A session
 * would then be no proof of life: the lock that it hangs on would belong to whoever comes next.
 */
final class Pooler {
    private static final int ATTEMPTS = 16;

    private Pooler() {}

    /** Refuses a pooler of transactions or statements. One of sessions, which keeps a connection for one client, will do. */
    static void refuse(Server server, Connection connection) throws SQLException {
        int process = process(connection);
        // A pooler has told us a number of its own at the log-in.
        if (connection.unwrap(PGConnection.class).getBackendPID() == process) {
            return;
        }
        try (Connection other = server.connect()) {
            other.setAutoCommit(false);
            for (int i = 0; i < ATTEMPTS; i++) {
                // While the other is within a transaction, it has a process to itself: ours, unless that is kept for
                // us.
                int others = process(other);
                boolean kept = others != process && process(connection) == process;
                other.rollback();
                if (!kept) {
                    throw refused(server, "process " + process + " served two clients at once", null);
                }
            }
        }
    }

    static UnsupportedDeploymentException refused(Object where, String found, @Nullable Throwable cause) {
        return new UnsupportedDeploymentException(
                "between Conclave and " + where
                        + " is a pooler of transactions, such as PgBouncer with pool_mode=transaction ("
                        + found
                        + "), which would give one member's locks to another: connect to the server itself, or set"
                        + " pool_mode=session for this database",
                cause);
    }

    private static int process(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet process = statement.executeQuery("select pg_backend_pid()")) {
            process.next();
            return process.getInt(1);
        }
    }
}
