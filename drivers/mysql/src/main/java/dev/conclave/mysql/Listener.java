package dev.conclave.mysql;

import java.sql.SQLException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second connection and its thread, which wait for signals. It sleeps within one statement, which whoever has written a signal kills
 * (KILL QUERY, which does nothing to the connection); if that is not allowed, it looks by itself ten times a second.
 */
final class Listener {
    /** What the listener tells, on its thread. */
    interface Hearer {
        void heard(String address);

        /** It listens: what happened before was not heard. */
        void listening();

        /** It listens no more: its connection broke. */
        void deaf();
    }

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private static final int LONGEST_SLEEP_ROUNDS = 20;
    private static final int SLEEPS_PER_TTL = 3;
    private static final int ROUND_MILLIS = 100;
    /** A signal which is none: the server cannot let this connection sleep. */
    private static final long RESTLESS = 0;

    private static final int MOST_HANDLED = 64;

    private final Server server;
    private final Link link;
    private final Hearer hearer;
    private final byte[] id;
    /** Signals that are passed on and not yet deleted; of the thread. */
    private final Set<String> handled = new LinkedHashSet<>();

    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean listens;
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile @Nullable Wire wire;

    Listener(Server server, Link link, String name, Hearer hearer) {
        this.server = server;
        this.link = link;
        this.hearer = hearer;
        this.id = link.listener();
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whose the signals are, and in the name of the lock that its connection holds. */
    byte[] id() {
        return id.clone();
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
                log.debug("{}: no signals for now; looks find what they would have told", server, e);
            } finally {
                fallSilent();
            }
        }
    }

    private record Heard(long id, String address) {}

    private void listen() throws SQLException {
        if (closed) {
            return;
        }
        Wire fresh = link.connectListener();
        wire = fresh;
        Statements statements = new Statements(fresh.connection());
        String proof = "conclave.l." + HexFormat.of().formatHex(id);
        statements.row("select get_lock(?, 0)", row -> row.getInt(1), proof);
        statements.rows("call conclave_begin_listening(?)", row -> true, (Object) id);
        statements.run("set session wait_timeout = " + 3 * Server.seconds(server.ttl()));
        listens = true;
        hearer.listening();
        while (!closed) {
            try {
                hear(statements);
            } catch (SQLException e) {
                if (e.getErrorCode() != Failures.QUERY_KILLED) {
                    throw e;
                }
            }
        }
    }

    private void hear(Statements statements) throws SQLException {
        long rounds = Math.min(LONGEST_SLEEP_ROUNDS, server.ttl().toMillis() / SLEEPS_PER_TTL / ROUND_MILLIS);
        List<Heard> heard = statements.read(
                "call conclave_listen(?, ?, ?)",
                row -> new Heard(row.getLong(1), row.getString(2)),
                id,
                Math.max(1, rounds),
                String.join(",", handled));
        for (Heard each : heard) {
            if (each.id() == RESTLESS) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS));
            } else {
                handled.add(Long.toString(each.id()));
                hearer.heard(each.address());
            }
        }
        // Deleted by the way, not between a signal and the next.
        if (handled.size() >= MOST_HANDLED || (heard.isEmpty() && !handled.isEmpty())) {
            statements.run("delete from conclave_signals where id in (" + String.join(",", handled) + ")");
            handled.clear();
        }
    }

    private void fallSilent() {
        boolean listened = listens;
        listens = false;
        Wire last = wire;
        wire = null;
        if (last != null) {
            last.close();
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

    /** Ends the thread at its next waking, which the caller sends; or at once if it does not listen. */
    void close() {
        closed = true;
        if (!listens) {
            thread.interrupt();
        }
    }

    /** Ends the thread, whatever it waits for. */
    void abort() {
        closed = true;
        Wire last = wire;
        if (last != null) {
            last.reset();
        }
        thread.interrupt();
    }
}
