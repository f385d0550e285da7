package dev.conclave.postgresql;

import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.SessionId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection for all steps, on which the session lives. Used by the lane's thread; others may ask what was lost, and break
 * it.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final int OLDEST_VERSION = 140_000;

    private final Server server;
    /** Those whose connection is gone, and with it they; on the next one they are ended, if the server has not seen it yet. */
    private final Set<SessionId> lost = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Connection connection;
    private @Nullable Statements statements;
    private volatile @Nullable SessionId bound;
    private volatile boolean closed;

    Link(Server server) {
        this.server = server;
    }

    /** Its statements; connects if need be. */
    Statements statements() throws SQLException {
        Statements current = statements;
        return current == null || connection == null ? connect() : current;
    }

    private Statements connect() throws SQLException {
        Connection fresh = server.connect();
        try {
            requireServer(new Statements(fresh));
            Pooler.refuse(server, fresh);
            Schema.ensure(fresh, server.schema(), server);
            server.prepare(fresh);
            Statements prepared = new Statements(fresh);
            prepared.row("select attach()", row -> true);
            for (SessionId session : Set.copyOf(lost)) {
                end(prepared, session);
                lost.remove(session);
            }
            statements = prepared;
            connection = fresh;
            if (closed) {
                throw new SQLException("closed while it connected");
            }
            return prepared;
        } catch (SQLException | RuntimeException e) {
            reset(fresh);
            throw e;
        }
    }

    private void requireServer(Statements statements) throws SQLException {
        String oldest = statements.row(
                "select current_setting('server_version'), current_setting('server_version_num')::int, pg_is_in_recovery()"
                        + " or current_setting('default_transaction_read_only')::boolean",
                row -> {
                    if (row.getBoolean(3)) {
                        throw Failures.readOnly(server, null);
                    }
                    return row.getInt(2) < OLDEST_VERSION ? row.getString(1) : "";
                });
        if (!oldest.isEmpty()) {
            throw new UnsupportedDeploymentException(server + " is PostgreSQL " + oldest
                    + ", which cannot end a silent session (idle_session_timeout); upgrade it to 14 or newer");
        }
    }

    boolean open(SessionId session, byte[] namespace, long listener, Duration ttl) throws SQLException {
        SessionId former = bound;
        if (former != null) {
            end(former);
        }
        boolean opened = statements()
                .row(
                        "select open_session(?, ?, ?, ?, ?, ?)",
                        row -> row.getBoolean(1),
                        Keys.session(session),
                        namespace,
                        session.member().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        session.incarnation(),
                        listener,
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

    private static void end(Statements statements, SessionId session) throws SQLException {
        boolean cleared;
        do {
            cleared = statements.row("select close_session(?)", row -> row.getBoolean(1), Keys.session(session));
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
        Connection broken = connection;
        SessionId session = bound;
        if (session != null) {
            lost.add(session);
        }
        bound = null;
        connection = null;
        reset(broken);
        return session;
    }

    boolean isConnected() {
        return connection != null;
    }

    /** Says good-bye. */
    void close() {
        Connection current = connection;
        connection = null;
        try {
            if (current != null) {
                current.close();
            }
        } catch (SQLException e) {
            log.debug("{}: a connection could not be closed in order", server, e);
        }
    }

    /** Breaks a connection that is stuck, from another thread, and lets none be made again. */
    void abort() {
        closed = true;
        reset(connection);
    }

    private static void reset(@Nullable Connection broken) {
        try {
            if (broken != null) {
                broken.abort(Runnable::run);
            }
        } catch (SQLException e) {
            log.debug("a connection that was given up could not be reset", e);
        }
    }
}
