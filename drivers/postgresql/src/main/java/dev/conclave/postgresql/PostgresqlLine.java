package dev.conclave.postgresql;

import dev.conclave.jdbc.Line;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of the client library. */
abstract sealed class PostgresqlLine implements Line permits AskingLine, HearingLine {
    private static final Logger log = LoggerFactory.getLogger(PostgresqlLine.class);

    final Connection connection;
    private final @Nullable Socket socket;

    /** @param socket what all of it goes through; without it, what was sent may arrive after a reset, and finds its session ended */
    PostgresqlLine(Connection connection, @Nullable Socket socket) {
        this.connection = connection;
        this.socket = socket;
    }

    @Override
    public void reset() {
        reset(connection, socket);
    }

    static void reset(Connection broken, @Nullable Socket socket) {
        if (socket != null) {
            try {
                // The client library would close it in order, and then the system goes on to send what it has not sent.
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                log.debug("the socket of a connection that was given up could not be reset", e);
            }
        }
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
