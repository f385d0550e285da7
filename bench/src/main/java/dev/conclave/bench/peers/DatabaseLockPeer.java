package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A database's own locks by name, which write nothing and end with their connection: a connection for each handle, which is the
 * only way in which threads exclude each other by them.
 */
final class DatabaseLockPeer implements Client {
    private final String url;
    private final String lock;
    private final String unlock;

    private DatabaseLockPeer(String url, String lock, String unlock) {
        this.url = url;
        this.lock = lock;
        this.unlock = unlock;
    }

    /** PostgreSQL's advisory locks, by the hash of a name. */
    static DatabaseLockPeer advisory(String url) {
        return new DatabaseLockPeer(
                url,
                "SELECT pg_advisory_lock(hashtextextended(?, 0))",
                "SELECT pg_advisory_unlock(hashtextextended(?, 0))");
    }

    /** GET_LOCK of MySQL and MariaDB, waiting for up to an hour. */
    static DatabaseLockPeer getLock(String url) {
        return new DatabaseLockPeer(url, "SELECT GET_LOCK(?, 3600)", "SELECT RELEASE_LOCK(?)");
    }

    @Override
    public Mutex mutex(String name) throws SQLException {
        Connection connection = Addresses.connect(url);
        PreparedStatement locking = prepare(connection, lock, name);
        PreparedStatement unlocking = prepare(connection, unlock, name);
        return new Mutex() {
            @Override
            public void acquire() throws SQLException {
                ask(locking);
            }

            @Override
            public void release() throws SQLException {
                ask(unlocking);
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    private static PreparedStatement prepare(Connection connection, String query, String name) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query);
        statement.setString(1, name);
        return statement;
    }

    private static void ask(PreparedStatement query) throws SQLException {
        try (ResultSet result = query.executeQuery()) {
            result.next();
            String answer = result.getString(1);
            // PostgreSQL's lock answers nothing, all others 1 or true.
            if (answer == null || answer.equals("0") || answer.equals("f")) {
                throw new IllegalStateException("the database said " + answer + " to " + query);
            }
        }
    }

    @Override
    public void close() {
        // Each handle has closed its own connection.
    }
}
