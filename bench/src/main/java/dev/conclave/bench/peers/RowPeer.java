package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A row inserted and deleted by its primary key: two writes that commit by themselves, a connection for each handle. As the floor, the
 * table is of the kind that the database does not bring to the disk, since a lock need not outlive the server that knew its holder;
 * as a peer, of the kind that programs make.
 */
final class RowPeer implements Client {
    private final String url;
    private final String member;
    private final String table;
    private final String insert;

    private RowPeer(String url, String member, String table, String create, String insert) throws SQLException {
        this.url = url;
        this.member = member;
        this.table = table;
        this.insert = insert;
        try (Connection connection = Addresses.connect(url)) {
            Pools.prepare(connection, List.of(create));
        }
    }

    /** The floor: an unlogged table. */
    static RowPeer unlogged(String url, String member) throws SQLException {
        return postgresql(url, member, "UNLOGGED TABLE", "floor");
    }

    /** PostgreSQL's usual table. */
    static RowPeer logged(String url, String member) throws SQLException {
        return postgresql(url, member, "TABLE", "plain_rows");
    }

    private static RowPeer postgresql(String url, String member, String kind, String table) throws SQLException {
        return new RowPeer(
                url,
                member,
                table,
                "CREATE " + kind + " IF NOT EXISTS " + table + " (name text PRIMARY KEY, owner text)",
                "INSERT INTO " + table + " VALUES (?, ?) ON CONFLICT DO NOTHING");
    }

    /** The floor: a table in memory. */
    static RowPeer inMemory(String url, String member) throws SQLException {
        return mysql(url, member, "MEMORY", "floor");
    }

    /** MySQL's and MariaDB's usual table. */
    static RowPeer innodb(String url, String member) throws SQLException {
        return mysql(url, member, "InnoDB", "plain_rows");
    }

    private static RowPeer mysql(String url, String member, String engine, String table) throws SQLException {
        return new RowPeer(
                url,
                member,
                table,
                "CREATE TABLE IF NOT EXISTS " + table + " (name varchar(100) PRIMARY KEY, owner varchar(100)) ENGINE = "
                        + engine,
                "INSERT IGNORE INTO " + table + " VALUES (?, ?)");
    }

    @Override
    public Mutex mutex(String name) throws SQLException {
        Connection connection = Addresses.connect(url);
        PreparedStatement inserting = connection.prepareStatement(insert);
        inserting.setString(1, name);
        inserting.setString(2, member);
        PreparedStatement deleting = connection.prepareStatement("DELETE FROM " + table + " WHERE name = ?");
        deleting.setString(1, name);
        return new Mutex() {
            @Override
            public void acquire() throws SQLException {
                if (inserting.executeUpdate() == 0) {
                    throw new IllegalStateException(name + " is held; a row cannot be waited for");
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
