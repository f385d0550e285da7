package dev.conclave.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Prepared statements of one connection, by their text. Used by one thread. */
final class Statements {
    private final Connection connection;
    private final Map<String, PreparedStatement> kept = new HashMap<>();

    /** Reads one row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    Statements(Connection connection) {
        this.connection = connection;
    }

    /** The rows, with arrays and texts of bytes as parameters. The text is a constant. */
    <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
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

    /** The number in the only row's only column, if it is one. */
    @Nullable
    Long number(String sql, Object... parameters) throws SQLException {
        return row(
                        sql,
                        row -> {
                            long number = row.getLong(1);
                            return row.wasNull() ? Optional.<Long>empty() : Optional.of(number);
                        },
                        parameters)
                .orElse(null);
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

    /** The only row. */
    <T> T row(String sql, Row<T> row, Object... parameters) throws SQLException {
        return rows(sql, row, parameters).get(0);
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

    static long[] numbers(Collection<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    static byte[][] texts(Collection<byte[]> values) {
        return values.toArray(byte[][]::new);
    }
}
