package dev.conclave.bench.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Connection pools for peers that take a data source. */
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

    /** Runs what is harmless to run twice, one client at a time: two that create a table at once can fail. */
    static void prepare(HikariDataSource pool, List<String> statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(4711)");
            for (String each : statements) {
                statement.execute(each);
            }
            connection.commit();
        }
    }
}
