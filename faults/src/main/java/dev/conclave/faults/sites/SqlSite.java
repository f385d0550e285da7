package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.servers.Server;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What databases share: an administrator with a plain connection. */
abstract class SqlSite<S extends Server> extends OneServer<S> {
    /** How many departures of a group are remembered. */
    private static final long DEPARTURES = 1_001;
    /** How often it is tried to empty the server. */
    private static final int FLUSHES = 10;
    /** The class of states that say so, that of deadlocks among them. */
    private static final String ROLLED_BACK = "40";

    private final String jdbcUrl;
    private final String user;
    private final String password;

    SqlSite(S server, String jdbcUrl, String user, String password) {
        super(server);
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
    }

    /** The names of the driver's tables, by a query; with the schema, as they are written. */
    abstract String tablesQuery();

    /** How many are connected beside us, by a query. */
    abstract String connectionsQuery();

    /** What remembers departures. */
    abstract String departures();

    /** What makes the server forget all. */
    abstract List<String> flushing();

    @Override
    public final String deployment() {
        return "one server";
    }

    @Override
    public final String version() throws SQLException {
        try (Connection connection = connect()) {
            return connection.getMetaData().getDatabaseProductName() + " "
                    + connection.getMetaData().getDatabaseProductVersion();
        }
    }

    @Override
    public final Set<Kind> more() {
        return Set.of(Kind.FLUSH);
    }

    /** Again, if the server ends it for being in a deadlock with what the members do just then. */
    @Override
    public final void flush() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                forgetAll();
                return;
            } catch (SQLException e) {
                if (attempt == FLUSHES || !String.valueOf(e.getSQLState()).startsWith(ROLLED_BACK)) {
                    throw e;
                }
            }
        }
    }

    private void forgetAll() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : flushing()) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public Map<String, Long> residue() throws SQLException {
        Map<String, Long> residue = new TreeMap<>();
        try (Connection connection = connect()) {
            for (String table : texts(connection, tablesQuery())) {
                residue.put("rows of " + table, number(connection, "select count(*) from " + table));
            }
            residue.put("connections", number(connection, connectionsQuery()));
        }
        return residue;
    }

    @Override
    public final Map<String, Long> bounds() {
        return Map.of("rows of " + departures(), DEPARTURES);
    }

    final Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl, user, password);
    }

    static long number(Connection connection, String query) throws SQLException {
        return Long.parseLong(texts(connection, query).get(0));
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
