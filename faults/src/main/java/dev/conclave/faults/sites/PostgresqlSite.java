package dev.conclave.faults.sites;

import dev.conclave.servers.PostgresServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A server. */
final class PostgresqlSite extends SqlSite<PostgresServer> {
    PostgresqlSite() throws IOException, InterruptedException {
        this(PostgresServer.start());
    }

    private PostgresqlSite(PostgresServer server) {
        super(
                server,
                "jdbc:postgresql://" + server.authority() + "/postgres",
                PostgresServer.USER,
                PostgresServer.PASSWORD);
    }

    @Override
    public String driver() {
        return "postgresql";
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "postgresql://" + PostgresServer.USER + ":" + PostgresServer.PASSWORD + "@" + Sites.authority(addresses)
                + "/postgres";
    }

    @Override
    String tablesQuery() {
        return "select schemaname || '.' || tablename from pg_tables where schemaname = 'conclave'";
    }

    @Override
    String connectionsQuery() {
        return "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
    }

    @Override
    String departures() {
        return "conclave.departures";
    }

    @Override
    List<String> flushing() {
        return List.of("drop schema conclave cascade");
    }

    @Override
    public Map<String, Long> residue() throws SQLException {
        Map<String, Long> residue = new TreeMap<>(super.residue());
        try (Connection connection = connect()) {
            residue.put(
                    "advisory locks", number(connection, "select count(*) from pg_locks where locktype = 'advisory'"));
        }
        return residue;
    }
}
