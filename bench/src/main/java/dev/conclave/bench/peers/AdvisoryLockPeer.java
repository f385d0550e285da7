package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * PostgreSQL's own advisory locks by the hash of a name, a connection for each handle, which is the only way in which threads
 * exclude each other by them.
 */
final class AdvisoryLockPeer implements Client {
    private final String url;

    AdvisoryLockPeer(String url) {
        this.url = url;
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

    private static PreparedStatement prepare(Connection connection, String function, String name) throws SQLException {
        PreparedStatement statement = connection.prepareStatement("SELECT " + function + "(hashtextextended(?, 0))");
        statement.setString(1, name);
        return statement;
    }

    @Override
    public void close() {
        // Each handle has closed its own connection.
    }
}
