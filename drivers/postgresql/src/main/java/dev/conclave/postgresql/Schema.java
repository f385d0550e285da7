package dev.conclave.postgresql;

import dev.conclave.MisconfiguredException;
import dev.conclave.UnsupportedDeploymentException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** Conclave's tables and functions in a schema of their own. */
final class Schema {
    static final int VERSION = 6;

    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    /** Of this driver's creators of schemas alone; any number will do. */
    private static final long CREATION = 0x636f6e636c617665L;

    private Schema() {}

    /** Creates the schema if it is not there, one creator at a time, and refuses one of another version. */
    static void ensure(Connection connection, String schema, Object where) throws SQLException {
        Optional<Integer> version = version(connection, schema, where);
        if (version.isEmpty()) {
            create(connection, schema, where);
            version = version(connection, schema, where);
        }
        int found =
                version.orElseThrow(() -> new SQLException("the schema " + schema + " vanished while it was created"));
        if (found < VERSION) {
            throw new UnsupportedDeploymentException(
                    "schema " + schema + " at " + where + " has version " + found
                            + ", and this driver makes version " + VERSION
                            + ": stop all members and drop the schema, which is made anew, or name another one with ?schema=NAME");
        }
        if (found > VERSION) {
            throw new UnsupportedDeploymentException("schema " + schema + " at " + where + " has version " + found
                    + ", and this driver knows version " + VERSION
                    + ": upgrade conclave-postgresql in this application, or name another schema with ?schema=NAME");
        }
    }

    private static Optional<Integer> version(Connection connection, String schema, Object where) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Not to_regclass(): its cache does not see what another creator has just committed.
            try (ResultSet there =
                    statement.executeQuery("select exists (select from pg_tables where tablename = 'version'"
                            + " and schemaname = " + literal(schema) + ")")) {
                there.next();
                if (!there.getBoolean(1)) {
                    return Optional.empty();
                }
            }
            try (ResultSet version =
                    statement.executeQuery("select number from " + Definition.quoted(schema) + ".version")) {
                return version.next() ? Optional.of(version.getInt(1)) : Optional.empty();
            }
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new MisconfiguredException(
                        "the user of " + where + " may not use the schema " + schema
                                + "; let its owner run, with psql: "
                                + PrintSchema.grants(Definition.quoted(schema), "USER")
                                        .replace('\n', ' '),
                        e);
            }
            throw e;
        }
    }

    private static void create(Connection connection, String schema, Object where) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(" + CREATION + ")");
            if (version(connection, schema, where).isEmpty()) {
                statement.execute("create schema if not exists " + Definition.quoted(schema));
                statement.execute("set local search_path to " + Definition.quoted(schema));
                statement.execute(Definition.statements());
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new MisconfiguredException(
                        "the user of " + where + " may not create the schema " + schema
                                + "; let an administrator run: java -cp conclave-postgresql.jar "
                                + PrintSchema.class.getName() + " " + schema + " USER | psql DATABASE",
                        e);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
