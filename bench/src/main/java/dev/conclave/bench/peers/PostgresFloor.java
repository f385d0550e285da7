package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A row in an unlogged table, inserted and deleted: two writes that commit by themselves, a connection for each handle. */
final class PostgresFloor implements Client {
    private final String url;
    private final String member;

    PostgresFloor(String url, String member) throws SQLException {
        this.url = url;
        this.member = member;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Two that create a table at once can fail.
            statement.execute("SELECT pg_advisory_xact_lock(4712)");
            statement.execute("CREATE UNLOGGED TABLE IF NOT EXISTS floor (name text PRIMARY KEY, owner text)");
            connection.commit();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(Addresses.jdbc(url), Addresses.user(url), Addresses.password(url));
    }

    @Override
    public Mutex mutex(String name) throws SQLException {
        Connection connection = connect();
        PreparedStatement insert =
                connection.prepareStatement("INSERT INTO floor VALUES (?, ?) ON CONFLICT DO NOTHING");
        insert.setString(1, name);
        insert.setString(2, member);
        PreparedStatement delete = connection.prepareStatement("DELETE FROM floor WHERE name = ?");
        delete.setString(1, name);
        return new Mutex() {
            @Override
            public void acquire() throws SQLException {
                if (insert.executeUpdate() == 0) {
                    throw new IllegalStateException(name + " is held; the floor cannot wait");
                }
            }

            @Override
            public void release() throws SQLException {
                delete.executeUpdate();
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }

    @Override
    public void close() {
        // Each handle has closed its own connection.
    }
}
