package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * PostgreSQL's own advisory locks, a connection for each handle, which is the only way in which threads
 * exclude each other by them. The peer hashes the lock's name at the server; the floor has a number ready.
 */
final class AdvisoryLockPeer implements Client {
    private final String url;
    private final boolean byName;

    AdvisoryLockPeer(String url, boolean byName) {
        this.url = url;
        this.byName = byName;
    }

    @Override
    public Mutex mutex(String name) throws SQLException {
        Connection connection =
                DriverManager.getConnection(Addresses.jdbc(url), Addresses.user(url), Addresses.password(url));
        PreparedStatement lock = prepare(connection, "pg_advisory_lock", name);
        PreparedStatement unlock = prepare(connection, "pg_advisory_unlock", name);
        return new Mutex() {
            @Override
            public void acquire() throws SQLException {
                lock.executeQuery().close();
            }

            @Override
            public void release() throws SQLException {
                unlock.executeQuery().close();
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    private PreparedStatement prepare(Connection connection, String function, String name) throws SQLException {
        String key = byName ? "hashtextextended(?, 0)" : "?";
        PreparedStatement statement = connection.prepareStatement("SELECT " + function + "(" + key + ")");
        if (byName) {
            statement.setString(1, name);
        } else {
            statement.setLong(1, name.hashCode());
        }
        return statement;
    }

    @Override
    public void close() {
        // Each handle has closed its own connection.
    }
}
