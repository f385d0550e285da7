package dev.conclave.jdbc;

import java.sql.SQLException;

/**
 * A way to send batches on a connection without waiting for their answers, which come in order. While some are under way, the
 * connection does nothing else. Used by one thread at a time. A failure that {@linkplain Failures#endsConnection ends the connection}
 * ends the pipe.
 */
public interface Pipe {
    /** How much may be under way so that sending does not block. */
    int WINDOW_BYTES = 64 * 1024;

    /** Sends a batch. May block if more than {@link #WINDOW_BYTES} are under way. */
    void send(Batch batch) throws SQLException;

    /** Whether some of the next answer comes within a few milliseconds. Takes nothing of it. */
    boolean comes(int millis) throws SQLException;

    /** Waits for the answer to the oldest batch that has none. */
    Batch.Outcome receive() throws SQLException;
}
