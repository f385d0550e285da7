package dev.conclave.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Statements on one connection. Used by one thread. */
public abstract class Statements {
    /** Reads one row. */
    @FunctionalInterface
    public interface Row<T> {
        /** The row's value; the result is not to be moved on. */
        T read(ResultSet row) throws SQLException;
    }

    /** For subclasses. */
    protected Statements() {}

    /** The rows that a query answers. Its text is one of a few; texts among the parameters are bytes. */
    public abstract <T> List<T> rows(String sql, Row<T> row, Object... parameters) throws SQLException;

    /** How a procedure of Conclave's is called. */
    protected abstract String calling(String procedure, int parameters);

    /** The rows that a procedure of Conclave's answers. */
    public final <T> List<T> callRows(String procedure, Row<T> row, Object... parameters) throws SQLException {
        return rows(calling(procedure, parameters.length), row, parameters);
    }

    /** The only row that a procedure of Conclave's answers. */
    public final <T> T call(String procedure, Row<T> row, Object... parameters) throws SQLException {
        return callRows(procedure, row, parameters).get(0);
    }

    /** The only row that a query answers. */
    public final <T> T row(String sql, Row<T> row, Object... parameters) throws SQLException {
        return rows(sql, row, parameters).get(0);
    }
}
