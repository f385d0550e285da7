package dev.conclave.mysql;

import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import java.sql.SQLException;
import java.util.Optional;

/** Conclave's tables and procedures in a database, all of which begin with {@code conclave_}. */
final class Schema {
    static final int VERSION = 3;

    private static final String CREATION = "conclave.creation";

    private Schema() {}

    /** Creates the schema if it is not there, brings an older one up to date, one member at a time, and refuses one that is newer. */
    static void ensure(RetryingStatements statements, Server server) throws SQLException {
        Optional<Integer> version = version(statements, server);
        if (isOld(version)) {
            create(statements, server);
            version = version(statements, server);
        }
        int found = version.orElseThrow(
                () -> new SQLException("the schema in " + server.database() + " vanished while it was created"));
        if (found > VERSION) {
            throw new UnsupportedDeploymentException("the schema of Conclave at " + server + " has version " + found
                    + ", and this driver knows version " + VERSION
                    + ": upgrade conclave-mysql in this application, or name another database in the URL");
        }
    }

    private static boolean isOld(Optional<Integer> version) {
        return version.isEmpty() || version.get() < VERSION;
    }

    private static Optional<Integer> version(RetryingStatements statements, Server server) throws SQLException {
        boolean there = !statements
                .rows(
                        "select 1 from information_schema.tables where table_schema = ? and table_name = 'conclave_version'",
                        row -> true,
                        server.database())
                .isEmpty();
        if (!there) {
            return Optional.empty();
        }
        return statements
                .rows(
                        "select number from " + Definition.quoted(server.database()) + ".conclave_version",
                        row -> row.getInt(1))
                .stream()
                .findFirst();
    }

    private static void create(RetryingStatements statements, Server server) throws SQLException {
        int creator =
                statements.row("select get_lock(?, ?)", row -> row.getInt(1), CREATION, Server.seconds(server.ttl()));
        if (creator != 1) {
            throw new SQLException("another member takes long to create the schema; try again");
        }
        try {
            if (!server.namesDatabase()) {
                statements.run("create database if not exists " + Definition.quoted(server.database()));
            }
            statements.run(use(server));
            if (isOld(version(statements, server))) {
                statements.run(Definition.statements().toArray(String[]::new));
            }
        } catch (SQLException e) {
            if (MysqlFailures.isNotAllowed(e)) {
                throw new MisconfiguredException(
                        "the user of " + server
                                + " may not create Conclave's tables and procedures; let an administrator"
                                + " run: java -cp conclave-mysql.jar " + PrintSchema.class.getName() + " "
                                + server.database() + " USER | mysql",
                        e);
            }
            throw e;
        } finally {
            statements.row("select release_lock(?)", row -> row.getInt(1), CREATION);
        }
    }

    static String use(Server server) {
        return "use " + Definition.quoted(server.database());
    }
}
