package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A row inserted and deleted by its primary key: two writes that commit by themselves, a connection for each handle. The table
 * is of the kind that the database does not bring to the disk, since a lock need not outlive the server that knew its holder.
 */
final class RowFloor implements Client {
    private final String url;
    private final String member;
    private final String insert;

    private RowFloor(String url, String member, String create, String insert) throws SQLException {
        this.url = url;
        this.member = member;
        this.insert = insert;
        try (Connection connection = Addresses.connect(url)) {
            Pools.prepare(connection, List.of(create));
        }
    }

    /** An unlogged table. */
    static RowFloor postgresql(String url, String member) throws SQLException {
        return new RowFloor(
                url,
                member,
                "CREATE UNLOGGED TABLE IF NOT EXISTS floor (name text PRIMARY KEY, owner text)",
                "INSERT INTO floor VALUES (?, ?) ON CONFLICT DO NOTHING");
    }

    /** A table in memory. */
    static RowFloor mysql(String url, String member) throws SQLException {
        return new RowFloor(
                url,
                member,
                "CREATE TABLE IF NOT EXISTS floor (name varchar(100) PRIMARY KEY, owner varchar(100)) ENGINE = MEMORY",
                "INSERT IGNORE INTO floor VALUES (?, ?)");
    }

    @Override
    public Mutex mutex(String name) throws SQLException {
        Connection connection = Addresses.connect(url);
        PreparedStatement inserting = connection.prepareStatement(insert);
        inserting.setString(1, name);
        inserting.setString(2, member);
        PreparedStatement deleting = connection.prepareStatement("DELETE FROM floor WHERE name = ?");
        deleting.setString(1, name);
        return new Mutex() {
            @Override
            public void acquire() throws SQLException {
                if (inserting.executeUpdate() == 0) {
                    throw new IllegalStateException(name + " is held; the floor cannot wait");
                }
            }

            @Override
            public void release() throws SQLException {
                deleting.executeUpdate();
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
