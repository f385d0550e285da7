package dev.conclave.mysql;

import dev.conclave.jdbc.Line;
import java.io.IOException;
import java.net.Socket;
import java.sql.SQLException;
import org.mariadb.jdbc.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of the client library and the socket beneath. */
record Wire(Connection connection, Socket socket) implements Line.Asking {
    private static final Logger log = LoggerFactory.getLogger(Wire.class);

    @Override
    public RetryingStatements statements() {
        return new RetryingStatements(connection);
    }

    @Override
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            log.debug("a connection that was given up could not be reset", e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be closed in order", e);
            reset();
        }
    }
}
