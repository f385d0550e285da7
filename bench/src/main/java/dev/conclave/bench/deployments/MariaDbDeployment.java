package dev.conclave.bench.deployments;

import dev.conclave.servers.MariaDbServer;
import dev.conclave.servers.MySqlFamilyServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * MariaDB with its own defaults, commits on disk among them, but for a redo log of 16 MB and 600 connections. "Statements" are what
 * clients send, not what runs inside of procedures.
 */
final class MariaDbDeployment implements Deployment {
    private final MariaDbServer server;
    private final Connection observer;

    MariaDbDeployment() throws IOException, InterruptedException, SQLException {
        server = MariaDbServer.start();
        observer = DriverManager.getConnection(
                "jdbc:mariadb://" + server.authority() + "/" + MySqlFamilyServer.DATABASE + "?sslMode=disable",
                MySqlFamilyServer.USER,
                MySqlFamilyServer.PASSWORD);
    }

    @Override
    public String url() {
        return "mysql://" + MySqlFamilyServer.USER + ":" + MySqlFamilyServer.PASSWORD + "@" + server.authority() + "/"
                + MySqlFamilyServer.DATABASE;
    }

    @Override
    public String version() throws SQLException {
        return "MariaDB " + observer.getMetaData().getDatabaseProductVersion()
                + ", commits on disk, redo log of 16 MB, 600 connections";
    }

    @Override
    public long pid() {
        return server.process().pid();
    }

    @Override
    public Map<String, Long> counters() throws SQLException {
        try (Statement statement = observer.createStatement();
                ResultSet result = statement.executeQuery(
                        "SHOW GLOBAL STATUS WHERE Variable_name IN ('Questions', 'Bytes_sent')")) {
            Map<String, Long> status = new HashMap<>();
            while (result.next()) {
                status.put(result.getString(1), result.getLong(2));
            }
            Map<String, Long> counters = new LinkedHashMap<>();
            counters.put("statements", status.get("Questions"));
            counters.put(BYTES_SENT, status.get("Bytes_sent"));
            return counters;
        }
    }

    @Override
    public void close() throws SQLException, IOException {
        try (server) {
            observer.close();
        }
    }
}
