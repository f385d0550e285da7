package dev.conclave.mysql;

import dev.conclave.jdbc.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements on one connection. Used by one thread. */
final class RetryingStatements extends Statements {
    /** Whoever lost a race for rows begins afresh, at once; as often in a row it is a failure. */
    private static final int ATTEMPTS = 5;

    private static final String DEADLOCK = "40001";

    private final Connection connection;

    RetryingStatements(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected String calling(String procedure, int parameters) {
        return "call conclave_" + procedure + "(" + "?, ".repeat(parameters - 1) + "?)";
    }

    /** Those of the first result. */
    @Override
    public <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return read(sql, row, parameters);
            } catch (SQLException e) {
                if (!MysqlFailures.endsIt(e)) {
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

    /** Statements without a result. */
    void run(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
