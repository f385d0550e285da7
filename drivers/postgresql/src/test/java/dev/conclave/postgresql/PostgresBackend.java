package dev.conclave.postgresql;

import dev.conclave.servers.PgBouncer;
import dev.conclave.servers.PostgresServer;
import dev.conclave.servers.ServerBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server of the kit's, and what an administrator can do to it. */
final class PostgresBackend extends ServerBackend<PostgresServer> {
    private final List<PgBouncer> poolers = new ArrayList<>();

    PostgresBackend() throws IOException, InterruptedException {
        super(PostgresServer.start());
    }

    @Override
    protected String urlVia(InetSocketAddress address) {
        return urlOf(address);
    }

    static String urlOf(InetSocketAddress address) {
        return url(address, PostgresServer.PASSWORD);
    }

    private static String url(InetSocketAddress address, String password) {
        return "postgresql://" + PostgresServer.USER + ":" + password + "@127.0.0.1:" + address.getPort() + "/postgres";
    }

    /** Here every reset reaches both sides. */
    @Override
    public Duration beliefOverlap() {
        return Duration.ZERO;
    }

    @Override
    public void flush() throws Exception {
        run("drop schema conclave cascade");
    }

    /** What an administrator does by hand. */
    void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server().address().getPort() + "/postgres",
                PostgresServer.USER,
                PostgresServer.PASSWORD);
    }

    @Override
    public long footprint(String namespace) throws Exception {
        String rows = """
                with k as (select set_byte('\\x0000'::bytea, 1, octet_length(?::bytea)) || ?::bytea as prefix)
                select (select count(*) from conclave.sessions where namespace = ?)
                """;
        StringBuilder sql = new StringBuilder(rows);
        for (String table : List.of("heads", "queue", "groups", "rosters", "enrolments", "departures")) {
            sql.append("+ (select count(*) from k, conclave.")
                    .append(table)
                    .append(" t where substr(t.key, 1, octet_length(k.prefix)) = k.prefix)\n");
        }
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            for (int i = 1; i <= 3; i++) {
                statement.setBytes(i, namespace.getBytes(StandardCharsets.UTF_8));
            }
            try (ResultSet count = statement.executeQuery()) {
                count.next();
                return count.getLong(1);
            }
        }
    }

    @Override
    public String urlWithPassword(String password) {
        return url(server().address(), password);
    }

    @Override
    public List<BadDeployment> badDeployments() throws Exception {
        List<BadDeployment> bad = new ArrayList<>();
        for (String mode : List.of("transaction", "statement")) {
            PgBouncer pooler = PgBouncer.start(server(), mode);
            poolers.add(pooler);
            bad.add(new BadDeployment("PgBouncer pooling by " + mode, urlVia(pooler.address()), "pool_mode=session"));
        }
        run("create schema newer", "create table newer.version as select 99 as number");
        bad.add(new BadDeployment("a newer schema", url() + "?schema=newer", "upgrade"));
        run("create schema older", "create table older.version as select 1 as number");
        bad.add(new BadDeployment("an older schema", url() + "?schema=older", "drop the schema"));
        return bad;
    }

    @Override
    public void close() throws IOException {
        for (PgBouncer pooler : poolers) {
            pooler.close();
        }
        super.close();
    }
}
