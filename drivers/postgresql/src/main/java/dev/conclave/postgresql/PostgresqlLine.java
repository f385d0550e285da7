package dev.conclave.postgresql;

import dev.conclave.jdbc.Line;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of the client library. */
abstract sealed class PostgresqlLine implements Line permits AskingLine, HearingLine {
    private static final Logger log = LoggerFactory.getLogger(PostgresqlLine.class);

    final Connection connection;

    PostgresqlLine(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void reset() {
        reset(connection);
    }

    static void reset(Connection broken) {
        try {
            broken.abort(Runnable::run);
        } catch (SQLException e) {
            log.debug("a connection that was given up could not be reset", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be closed in order", e);
        }
    }
}
