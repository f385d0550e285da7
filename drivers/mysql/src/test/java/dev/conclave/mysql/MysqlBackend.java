package dev.conclave.mysql;

import dev.conclave.jdbc.Keys;
import dev.conclave.kit.Await;
import dev.conclave.servers.MariaDbServer;
import dev.conclave.servers.MySqlFamilyServer;
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
final class MysqlBackend extends ServerBackend<MySqlFamilyServer> {
    private static final List<String> TABLES = List.of("heads", "queue", "groups", "enrolments", "departures");

    private final List<MySqlFamilyServer> others = new ArrayList<>();

    MysqlBackend(MySqlFamilyServer server) {
        super(server);
    }

    @Override
    protected String urlVia(InetSocketAddress address) {
        return urlOf(address);
    }

    static String urlOf(InetSocketAddress address) {
        return url(address, MySqlFamilyServer.USER, MySqlFamilyServer.PASSWORD, MySqlFamilyServer.DATABASE);
    }

    /** As another user with the same password, or in another database. */
    String urlOf(String user, String database) {
        return url(server().address(), user, MySqlFamilyServer.PASSWORD, database);
    }

    private static String url(InetSocketAddress address, String user, String password, String database) {
        return "mysql://" + user + ":" + password + "@127.0.0.1:" + address.getPort() + "/" + database;
    }

    /** Here every reset reaches both sides. */
    @Override
    public Duration beliefOverlap() {
        return Duration.ZERO;
    }

    /** In tables that outlive a crash. */
    @Override
    public boolean keepsHistory() {
        return true;
    }

    @Override
    public void flush() throws Exception {
        run("drop database conclave", "create database conclave");
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

    /** The number that a query answers. */
    long number(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return answer.getLong(1);
        }
    }

    /** Kills the connection that holds the user-level lock of a kind, and of the id that a query answers; returns when it is gone. */
    void killHolder(String kind, String id) throws Exception {
        String holder = "select is_used_lock(concat('conclave." + kind + ".', lower(hex((" + id + ")))))";
        long killed = number(holder);
        run("kill connection " + killed);
        // The server does it in its own time, and until then the session lives.
        Await.until("the killed connection to be gone", () -> number(holder) != killed);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:mariadb://127.0.0.1:" + server().address().getPort()
                        + "/mysql?sslMode=disable&allowPublicKeyRetrieval=true",
                MySqlFamilyServer.USER,
                MySqlFamilyServer.PASSWORD);
    }

    @Override
    public long footprint(String namespace) throws Exception {
        byte[] text = namespace.getBytes(StandardCharsets.UTF_8);
        try (Connection connection = connect()) {
            long count = count(connection, "select count(*) from conclave.conclave_sessions where namespace = ?", text);
            byte[] prefix = new Keys(namespace, Long::toHexString).groupPrefix();
            byte[] namespacePart = java.util.Arrays.copyOf(prefix, prefix.length - 1);
            for (String table : TABLES) {
                count += count(
                        connection,
                        "select count(*) from conclave.conclave_" + table + " where substr(name, 1, "
                                + namespacePart.length + ") = ?",
                        namespacePart);
            }
            return count;
        }
    }

    private static long count(Connection connection, String sql, byte[] parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setBytes(1, parameter);
            try (ResultSet count = statement.executeQuery()) {
                count.next();
                return count.getLong(1);
            }
        }
    }

    @Override
    public String urlWithPassword(String password) {
        return url(server().address(), MySqlFamilyServer.USER, password, MySqlFamilyServer.DATABASE);
    }

    @Override
    public List<BadDeployment> badDeployments() throws Exception {
        run("create database newer", "create table newer.conclave_version as select 99 as number");
        MariaDbServer logging = MariaDbServer.start("--log-bin", "--binlog-format=STATEMENT");
        others.add(logging);
        MariaDbServer replica = MariaDbServer.start("--read-only");
        others.add(replica);
        MariaDbServer node = MariaDbServer.start("--wsrep-on=ON");
        others.add(node);
        return List.of(
                new BadDeployment("a node of Galera", urlVia(node.address()), "single-writer=true"),
                new BadDeployment("a newer schema", urlOf(MySqlFamilyServer.USER, "newer"), "upgrade"),
                new BadDeployment("a server that logs statements", urlVia(logging.address()), "binlog_format=MIXED"),
                new BadDeployment("a replica", urlVia(replica.address()), "primary"));
    }

    @Override
    public void close() throws IOException {
        for (MySqlFamilyServer other : others) {
            other.close();
        }
        super.close();
    }
}
