package dev.conclave.postgresql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.postgresql.PGConnection;

/** Prepared statements of one connection, by their text. Used by one thread. */
final class Statements {
    private final Connection connection;

    /** Reads one row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    Statements(Connection connection) {
        this.connection = connection;
    }

    /** The rows, with arrays and texts of bytes as parameters. The client library keeps what is prepared. */
    <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
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
