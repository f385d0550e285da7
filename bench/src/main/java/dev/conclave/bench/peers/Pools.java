package dev.conclave.bench.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Connection pools for peers that take a data source, and tables for them. */
final class Pools {
    private static final int CONNECTIONS = 32;

    private Pools() {}

    static HikariDataSource open(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(Addresses.jdbc(url));
        config.setUsername(Addresses.user(url));
        config.setPassword(Addresses.password(url));
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    static void prepare(HikariDataSource pool, List<String> statements) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            prepare(connection, statements);
        }
    }

    /** Runs what is harmless to run twice, one client at a time: two that create a table at once can fail on PostgreSQL. */
    static void prepare(Connection connection, List<String> statements) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (connection.getMetaData().getURL().startsWith("jdbc:postgresql:")) {
                statement.execute("SELECT pg_advisory_xact_lock(4711)");
            }
            for (String each : statements) {
                statement.execute(each);
            }
            connection.commit();
        }
    }
}
