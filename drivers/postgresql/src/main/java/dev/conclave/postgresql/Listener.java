package dev.conclave.postgresql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A second connection and its thread, which wait for notifications: who waits for one occupies the connection. */
final class Listener {
    /** What the listener tells, on its thread. */
    interface Hearer {
        void heard(String notification);

        /** It listens: what happened before was not heard. */
        void listening();

        /** It listens no more: its connection broke. */
        void deaf();
    }

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private final Server server;
    private final Hearer hearer;
    private final long id = ThreadLocalRandom.current().nextLong();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean listens;
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile @Nullable Connection connection;

    Listener(Server server, String name, Hearer hearer) {
        this.server = server;
        this.hearer = hearer;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Names its channel, and is the advisory lock that its connection holds. */
    long id() {
        return id;
    }

    /** Makes it listen soon, if it does not. Whether it does. */
    boolean ensure() {
        if (!listens && wanted.availablePermits() == 0) {
            wanted.release();
        }
        return listens;
    }

    /** As {@link #ensure()}, for a session that begins: it is to hear of a failure even if there were some before. */
    void ensureForNewSession() {
        failing = false;
        ensure();
    }

    private void run() {
        while (!closed) {
            try {
                wanted.acquire();
                wanted.drainPermits();
                listen();
            } catch (InterruptedException e) {
                // Closed, or an interrupt that is nobody's: the loop's condition tells.
            } catch (SQLException | RuntimeException e) {
                log.debug("{}: no notifications for now; looks find what they would have told", server, e);
            } finally {
                fallSilent();
            }
        }
    }

    private void listen() throws SQLException {
        if (closed) {
            return;
        }
        Connection fresh = server.connect();
        connection = fresh;
        server.prepare(fresh);
        try (Statement statement = fresh.createStatement()) {
            statement.execute("listen \"conclave_" + Long.toHexString(id) + '"');
            statement.execute("select pg_advisory_lock_shared(" + id + ")");
            statement.execute("set idle_session_timeout to " + 3 * server.ttl().toMillis());
            listens = true;
            hearer.listening();
            while (!closed) {
                PGNotification[] heard = fresh.unwrap(PGConnection.class)
                        .getNotifications(Math.toIntExact(server.ttl().toMillis()));
                if (heard == null || heard.length == 0) {
                    statement.execute("select 1"); // or is the line dead?
                } else {
                    for (PGNotification notification : heard) {
                        hearer.heard(notification.getParameter());
                    }
                }
            }
        }
    }

    private void fallSilent() {
        boolean listened = listens;
        listens = false;
        Connection last = connection;
        connection = null;
        try {
            if (last != null) {
                last.close();
            }
        } catch (SQLException e) {
            log.debug("{}: the listening connection could not be closed in order", server, e);
        }
        // Also if it never came to listen: a cut that struck while it connected may have struck the session's
        // connection too, which
        // nobody reads from. Once only, since whoever hears of it makes this try again.
        boolean news = listened || !failing;
        failing = !listened;
        if (news && !closed) {
            hearer.deaf();
        }
    }

    /** Ends the thread at its next notification, which the caller sends; or at once if it does not listen. */
    void close() {
        closed = true;
        if (!listens) {
            thread.interrupt();
        }
    }

    /** Ends the thread, whatever it waits for. */
    void abort() {
        closed = true;
        Connection last = connection;
        try {
            if (last != null) {
                last.abort(Runnable::run);
            }
        } catch (SQLException e) {
            log.debug("{}: the listening connection could not be reset", server, e);
        }
        thread.interrupt();
    }
}
