package dev.conclave.jdbc;

import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The one connection for all steps, on which the session lives. Used by the thread that is on duty; others may ask what was lost, and
 * break it.
 */
final class Link {
    private final Dialect dialect;
    private final long listener = ThreadLocalRandom.current().nextLong();
    /** Those whose connection is gone, and with it they; on the next one they are ended, if the server has not seen it yet. */
    private final Set<SessionId> lost = ConcurrentHashMap.newKeySet();

    private volatile Line.@Nullable Asking line;
    private volatile @Nullable SessionId bound;
    private volatile boolean closed;

    Link(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Whose the signals for this coordinator are. */
    long listener() {
        return listener;
    }

    /** Its statements; connects if need be. */
    Statements statements() throws SQLException {
        Line.Asking current = line;
        return (current == null ? connect() : current).statements();
    }

    /** How batches go out on it without waiting; null if there is no such way, or no connection. */
    @Nullable
    Pipe pipe() {
        Line.Asking current = line;
        return current == null ? null : current.pipe();
    }

    private Line.Asking connect() throws SQLException {
        if (closed) {
            throw new SQLException("closed");
        }
        Line.Asking fresh = dialect.connect(listener);
        try {
            for (SessionId session : Set.copyOf(lost)) {
                end(fresh.statements(), session);
                lost.remove(session);
            }
            line = fresh;
            if (closed) {
                throw new SQLException("closed while it connected");
            }
            return fresh;
        } catch (SQLException | RuntimeException | Error e) {
            fresh.reset();
            throw e;
        }
    }

    boolean open(SessionId session, byte[] namespace, Duration ttl) throws SQLException {
        SessionId former = bound;
        if (former != null) {
            end(former);
        }
        boolean opened = statements()
                .call(
                        "open_session",
                        row -> row.getBoolean(1),
                        dialect.parameter(Keys.id(session)),
                        namespace,
                        session.member().getBytes(StandardCharsets.UTF_8),
                        session.incarnation(),
                        dialect.parameter(listener),
                        ttl.toMillis());
        if (opened) {
            bound = session;
        }
        return opened;
    }

    /** Ends a session, be it ours or another's. */
    void end(SessionId session) throws SQLException {
        end(statements(), session);
        if (session.equals(bound)) {
            bound = null;
        }
    }

    private void end(Statements statements, SessionId session) throws SQLException {
        boolean cleared;
        do {
            cleared = statements.call("close_session", row -> row.getBoolean(1), dialect.parameter(Keys.id(session)));
        } while (!cleared);
    }

    @Nullable
    SessionId bound() {
        return bound;
    }

    /** Whether a session of ours ended with its connection. */
    boolean isLost(SessionId session) {
        return lost.contains(session);
    }

    /** Gives the connection up; returns the session that ended with it. */
    @Nullable
    SessionId drop() {
        Line broken = line;
        SessionId session = bound;
        if (session != null) {
            lost.add(session);
        }
        bound = null;
        line = null;
        if (broken != null) {
            broken.reset();
        }
        return session;
    }

    boolean isConnected() {
        return line != null;
    }

    /** Says good-bye, and lets no other be made. */
    void close() {
        closed = true;
        Line current = line;
        line = null;
        if (current != null) {
            current.close();
        }
    }

    /** Breaks a connection that is stuck, from another thread, and lets none be made again. */
    void abort() {
        closed = true;
        Line current = line;
        if (current != null) {
            current.reset();
        }
    }
}
