package dev.conclave.bench.deployments;

import dev.conclave.servers.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * PostgreSQL with its own defaults, commits on disk among them, but for 600 connections. "Statements" are the calls that
 * pg_stat_statements counted: what a client sends, also BEGIN and COMMIT, not what runs inside of functions.
 */
final class PostgresDeployment implements Deployment {
    private final PostgresServer server;
    private final int port;
    private final Connection observer;

    PostgresDeployment() throws Exception {
        server = PostgresServer.start();
        server.configure("shared_preload_libraries", "pg_stat_statements");
        server.process().restart();
        port = server.address().getPort();
        observer = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", PostgresServer.USER, PostgresServer.PASSWORD);
        try (Statement statement = observer.createStatement()) {
            statement.execute("CREATE EXTENSION pg_stat_statements");
        }
    }

    @Override
    public String url() {
        return "postgresql://" + PostgresServer.USER + ":" + PostgresServer.PASSWORD + "@127.0.0.1:" + port
                + "/postgres";
    }

    @Override
    public String version() throws SQLException {
        return "PostgreSQL " + observer.getMetaData().getDatabaseProductVersion()
                + ", commits on disk, 600 connections";
    }

    @Override
    public long pid() throws SQLException {
        // The file's first line.
        return number("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint");
    }

    @Override
    public Map<String, Long> counters() throws SQLException {
        return Map.of("statements", number("SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements"));
    }

    private long number(String query) throws SQLException {
        try (Statement statement = observer.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        try (server) {
            observer.close();
        }
    }
}
