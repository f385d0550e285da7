package dev.conclave.mysql;

import java.io.IOException;
import java.net.Socket;
import java.sql.SQLException;
import org.mariadb.jdbc.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of the client library and the socket beneath. */
record Wire(Connection connection, Socket socket) {
    private static final Logger log = LoggerFactory.getLogger(Wire.class);

    /** Gives it up at once, from any thread: nothing that it has sent arrives later, and who waits on it fails. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            log.debug("a connection that was given up could not be reset", e);
        }
    }

    /** Says good-bye. */
    void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be closed in order", e);
            reset();
        }
    }
}
