package dev.conclave.mysql;

import dev.conclave.UnsupportedDeploymentException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** What is found out of a server at each connecting, and refused if it cannot keep the driver's promises. */
final class Deployment {
    private static final int ATTEMPTS = 16;

    private final Server server;
    private final Map<String, String> settings;

    private Deployment(Server server, Map<String, String> settings) {
        this.server = server;
        this.settings = settings;
    }

    /** Looks at the server at the other end, and refuses it or not. */
    static void probe(Server server, Wire wire, Connecting other) throws SQLException {
        RetryingStatements statements = wire.statements();
        Map<String, String> settings = new TreeMap<>(statements
                .rows(
                        "show global variables where variable_name in ('version', 'read_only', 'super_read_only',"
                                + " 'innodb_read_only', 'wsrep_on', 'group_replication_group_name', 'log_bin', 'binlog_format')",
                        row -> Map.entry(row.getString(1), row.getString(2)))
                .stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().toLowerCase(java.util.Locale.ROOT), Map.Entry::getValue)));
        Deployment deployment = new Deployment(server, settings);
        deployment.refuse();
        deployment.refuseForgetfulLocks(wire, statements, other);
    }

    /** Makes another connection to the same server. */
    @FunctionalInterface
    interface Connecting {
        Wire connect() throws SQLException;
    }

    private String setting(String name) {
        return settings.getOrDefault(name, "");
    }

    private boolean isOn(String name) {
        return !setting(name).isEmpty()
                && !setting(name).equals("OFF")
                && !setting(name).equals("0");
    }

    private void refuse() {
        if (isOn("read_only") || isOn("super_read_only") || isOn("innodb_read_only")) {
            throw MysqlFailures.readOnly(server, null);
        }
        if (!server.isSingleWriter() && isOn("wsrep_on")) {
            throw cluster("Galera (wsrep_on)");
        }
        if (!server.isSingleWriter() && !setting("group_replication_group_name").isEmpty()) {
            throw cluster("Group Replication (group_replication_group_name)");
        }
        if (isOn("log_bin") && setting("binlog_format").equals("STATEMENT")) {
            throw new UnsupportedDeploymentException(server + " logs statements (binlog_format=STATEMENT), which cannot"
                    + " repeat what Conclave does: set binlog_format=MIXED or ROW");
        }
    }

    private UnsupportedDeploymentException cluster(String kind) {
        return new UnsupportedDeploymentException(server + " belongs to a cluster by " + kind
                + ", whose nodes do not share user-level locks (GET_LOCK): two members on two nodes would take each other"
                + " for dead. If all members always write to one node, say so with ?single-writer=true");
    }

    /** A session hangs on a user-level lock: it must stay while its connection does, beside others, and be nobody else's. */
    private void refuseForgetfulLocks(Wire wire, RetryingStatements statements, Connecting other) throws SQLException {
        String name = "conclave.p."
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        statements.row("select get_lock(?, 0)", row -> row.getInt(1), name);
        statements.row("select get_lock(?, 0)", row -> row.getInt(1), name + ".");
        if (!isOurs(statements, name)) {
            boolean forgetful = isOurs(statements, name + ".");
            if (forgetful) {
                throw new UnsupportedDeploymentException(server + " (" + setting("version")
                        + ") lets a connection have one user-level lock only, and Conclave needs two: upgrade to MySQL"
                        + " 5.7.5, MariaDB 10.0.2 or newer");
            }
            throw pooler("a connection lost its locks between two statements");
        }
        long process = statements.row("select connection_id()", row -> row.getLong(1));
        // A proxy has told us a number of its own at the log-in.
        if (wire.connection().getThreadId() != process) {
            refusePooler(statements, name, other);
        }
        statements.row("select release_lock(?), release_lock(?)", row -> row.getInt(1), name, name + ".");
    }

    private void refusePooler(RetryingStatements statements, String name, Connecting other) throws SQLException {
        Wire second = other.connect();
        try {
            RetryingStatements others = second.statements();
            for (int i = 0; i < ATTEMPTS; i++) {
                // While the other is within a transaction, it has a connection to itself: ours, unless that is kept.
                others.run("start transaction");
                boolean mixed = isOurs(others, name) || !isOurs(statements, name);
                others.run("rollback");
                if (mixed) {
                    throw pooler("one connection of the server served two of ours at once");
                }
            }
        } finally {
            second.close();
        }
    }

    private static boolean isOurs(RetryingStatements statements, String lock) throws SQLException {
        return statements.row("select is_used_lock(?) <=> connection_id()", row -> row.getBoolean(1), lock);
    }

    private UnsupportedDeploymentException pooler(String found) {
        return new UnsupportedDeploymentException("between Conclave and " + server
                + " is a proxy that gives the server's connections to one client after the other (" + found
                + "), and would give one member's locks to another: connect to the server itself, or switch"
                + " multiplexing off in the proxy");
    }
}
