package dev.conclave.postgresql;

import dev.conclave.jdbc.Statements;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/** Prepared statements of one connection, by their text. Used by one thread. */
final class KeptStatements extends Statements {
    private final Connection connection;
    private final Map<String, PreparedStatement> kept = new HashMap<>();

    KeptStatements(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected String calling(String procedure, int parameters) {
        return "select * from " + procedure + "(" + "?, ".repeat(parameters - 1) + "?)";
    }

    /** With arrays of numbers and of texts, too. */
    @Override
    public <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
        PreparedStatement statement = kept(sql);
        for (int i = 0; i < parameters.length; i++) {
            set(statement, i + 1, parameters[i]);
        }
        List<T> rows = new ArrayList<>();
        try (ResultSet results = statement.executeQuery()) {
            while (results.next()) {
                rows.add(row.read(results));
            }
        }
        return rows;
    }

    /** Prepared once for each connection, and closed with it. */
    PreparedStatement kept(String sql) throws SQLException {
        PreparedStatement statement = kept.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            kept.put(sql, statement);
        }
        return statement;
    }

    private void set(PreparedStatement statement, int index, Object value) throws SQLException {
        if (value instanceof long[] numbers) {
            statement.setArray(index, connection.unwrap(PGConnection.class).createArrayOf("int8", numbers));
        } else if (value instanceof byte[][] texts) {
            statement.setArray(index, connection.createArrayOf("bytea", texts));
        } else if (value instanceof byte[] text) {
            statement.setBytes(index, text);
        } else if (value instanceof Long number) {
            statement.setLong(index, number);
        } else {
            statement.setObject(index, value);
        }
    }
}
