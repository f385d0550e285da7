package dev.conclave.mysql;

import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection for all steps, on which the session lives. Used by the lane's thread; others may ask what was lost, and break
 * it.
 */
final class Link {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private final Server server;
    /** Whose the signals for this coordinator are. */
    private final byte[] listener = new byte[8];
    /** Those whose connection is gone, and with it they; on the next one they are ended, if the server has not seen it yet. */
    private final Set<SessionId> lost = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Wire wire;
    private volatile @Nullable SessionId bound;
    private volatile boolean closed;
    /** Where the last connection went. */
    private volatile Target.Host listening;

    private volatile boolean mariaDb;
    private boolean connectedBefore;

    Link(Server server) {
        this.server = server;
        ThreadLocalRandom.current().nextBytes(listener);
        this.listening = server.hosts().get(0);
    }

    byte[] listener() {
        return listener.clone();
    }

    /** Its statements; connects if need be. */
    Statements statements() throws SQLException {
        Wire current = wire;
        if (current == null) {
            current = connect();
        }
        return new Statements(current.connection());
    }

    /** To the first host that can be used; a replica among them is passed by. */
    private Wire connect() throws SQLException {
        List<Target.Host> hosts = server.hosts();
        for (int i = 0; i < hosts.size() - 1; i++) {
            try {
                return connect(hosts.get(i));
            } catch (SQLException | UnsupportedDeploymentException e) {
                log.debug("{}: host {} cannot be used; on to the next", server, hosts.get(i), e);
            }
        }
        return connect(hosts.get(hosts.size() - 1));
    }

    private Wire connect(Target.Host host) throws SQLException {
        Duration patience = connectedBefore ? server.patience() : server.patienceAtFirst();
        Wire fresh = server.connect(host, patience);
        try {
            Statements statements = new Statements(fresh.connection());
            Deployment deployment = Deployment.probe(server, fresh, () -> server.connect(host, patience));
            server.prepare(fresh, deployment.isMariaDb());
            Schema.ensure(statements, server);
            statements.run(Schema.use(server));
            statements.row("call conclave_attach(?)", row -> true, (Object) listener);
            for (SessionId session : Set.copyOf(lost)) {
                end(statements, session);
                lost.remove(session);
            }
            listening = host;
            connectedBefore = true;
            mariaDb = deployment.isMariaDb();
            wire = fresh;
            if (closed) {
                throw new SQLException("closed while it connected");
            }
            return fresh;
        } catch (SQLException | RuntimeException e) {
            fresh.reset();
            throw e;
        }
    }

    /** A second connection to where the first one went. */
    Wire connectListener() throws SQLException {
        Wire fresh = server.connect(listening, server.patience());
        try {
            server.prepare(fresh, mariaDb);
            new Statements(fresh.connection()).run(Schema.use(server));
            return fresh;
        } catch (SQLException | RuntimeException e) {
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
                .row(
                        "call conclave_open_session(?, ?, ?, ?, ?, ?)",
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
            cleared = statements.row(
                    "call conclave_close_session(?)", row -> row.getBoolean(1), (Object) Keys.session(session));
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
        Wire broken = wire;
        SessionId session = bound;
        if (session != null) {
            lost.add(session);
        }
        bound = null;
        wire = null;
        if (broken != null) {
            broken.reset();
        }
        return session;
    }

    boolean isConnected() {
        return wire != null;
    }

    /** Says good-bye, and wakes the listener to do so too. */
    void close() throws SQLException {
        Wire current = wire;
        wire = null;
        if (current != null) {
            Statements statements = new Statements(current.connection());
            statements.rows("call conclave_wake(?)", row -> true, (Object) listener);
            current.close();
        }
    }

    /** Breaks a connection that is stuck, from another thread, and lets none be made again. */
    void abort() {
        closed = true;
        Wire current = wire;
        if (current != null) {
            current.reset();
        }
    }
}
