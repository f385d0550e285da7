package dev.conclave.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements on one connection. Used by one thread. */
final class Statements {
    /** Whoever lost a race for rows begins afresh, at once; as often in a row it is a failure. */
    private static final int ATTEMPTS = 5;

    private static final String DEADLOCK = "40001";

    private final Connection connection;

    /** Reads one row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    Statements(Connection connection) {
        this.connection = connection;
    }

    /** The rows of the first result, with texts of bytes as parameters. */
    <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return read(sql, row, parameters);
            } catch (SQLException e) {
                if (!Failures.endsConnection(e)) {
                    // A statement that was killed leaves its transaction open.
                    run("rollback");
                }
                if (attempt == ATTEMPTS || !DEADLOCK.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
    }

    /** The same where nothing is changed, so that a failure leaves nothing behind. */
    <T> List<T> read(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof byte[] text) {
                    statement.setBytes(i + 1, text);
                } else {
                    statement.setObject(i + 1, parameters[i]);
                }
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet results = statement.executeQuery()) {
                while (results.next()) {
                    rows.add(row.read(results));
                }
            }
            return rows;
        }
    }

    /** The only row. */
    <T> T row(String sql, Row<T> row, Object... parameters) throws SQLException {
        return rows(sql, row, parameters).get(0);
    }

    /** Statements without a result. */
    void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
