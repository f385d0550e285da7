package dev.conclave.jdbc;

import java.sql.SQLException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A second connection and its thread, which wait for signals: who waits for one occupies the connection. */
final class Listener {
    /** What the listener tells, on its thread. */
    interface Hearer {
        /** A signal, as {@link Keys#address} has it; one for a request that was granted goes on with {@code =} and the token. */
        void heard(String signal);

        /** It listens: what happened before was not heard. */
        void listening();

        /** It listens no more: its connection broke. */
        void deaf();
    }

    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private final Dialect dialect;
    private final Hearer hearer;
    private final long id;
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread;
    private volatile boolean listens;
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile @Nullable Line line;

    /** @param id whose the signals are */
    Listener(Dialect dialect, long id, String name, Hearer hearer) {
        this.dialect = dialect;
        this.id = id;
        this.hearer = hearer;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
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
                log.debug("{}: no signals for now; looks find what they would have told", dialect, e);
            } finally {
                fallSilent();
            }
        }
    }

    private void listen() throws SQLException {
        if (closed) {
            return;
        }
        Line.Hearing fresh = dialect.listen(id);
        line = fresh;
        listens = true;
        hearer.listening();
        while (!closed) {
            fresh.hear(hearer::heard);
        }
    }

    private void fallSilent() {
        boolean listened = listens;
        listens = false;
        Line last = line;
        line = null;
        if (last != null) {
            last.close();
        }
        // Also if it never came to listen: a cut that struck while it connected may have struck the session's
        // connection too, which nobody reads from. Once only, since whoever hears of it makes this try again.
        boolean news = listened || !failing;
        failing = !listened;
        if (news && !closed) {
            hearer.deaf();
        }
    }

    /** Ends the thread at its next signal, which the caller sends; or at once if it does not listen. */
    void close() {
        closed = true;
        if (!listens) {
            thread.interrupt();
        }
    }

    /** Ends the thread, whatever it waits for. */
    void abort() {
        closed = true;
        Line last = line;
        if (last != null) {
            last.reset();
        }
        thread.interrupt();
    }
}
