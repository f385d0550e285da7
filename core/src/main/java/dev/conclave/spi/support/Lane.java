package dev.conclave.spi.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a client that blocks, and the queue before it. What is asked while an exchange with the backend is under way
 * goes out together in the next one, so that many threads share a round trip and a lone one waits for nobody. Thread-safe.
 *
 * @param <T> something asked, which carries the future that is to be completed
 */
public final class Lane<T> {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    private final Queue<T> asked = new ConcurrentLinkedQueue<>();
    private final int largestBatch;
    private final Consumer<List<T>> exchange;
    private final Consumer<T> refusal;
    private final Thread thread;
    /** Whether the thread sleeps, or is about to after one more look at the queue. */
    private volatile boolean resting;

    private volatile boolean closed;

    /**
     * Starts the thread, a daemon.
     *
     * @param name of the thread
     * @param largestBatch how many may go out together
     * @param exchange asks the backend and completes each of the batch, whatever happens; it may block
     * @param refusal fails what comes after {@link #close}
     */
    public Lane(String name, int largestBatch, Consumer<List<T>> exchange, Consumer<T> refusal) {
        this.largestBatch = largestBatch;
        this.exchange = exchange;
        this.refusal = refusal;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Sends this with the next batch. */
    public void submit(T item) {
        asked.add(item);
        if (resting) {
            // Of many who ask at once, one wakes it. Whoever comes between this line and the next is seen by the woken
            // thread.
            resting = false;
            LockSupport.unpark(thread);
        }
        if (closed && !thread.isAlive()) {
            refuseAll();
        }
    }

    /** Whether the caller is the lane's own thread, which must not wait for itself. */
    public boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    private void run() {
        List<T> batch = new ArrayList<>();
        while (!closed) {
            try {
                for (T item = next(); item != null; item = batch.size() < largestBatch ? asked.poll() : null) {
                    batch.add(item);
                }
                if (!batch.isEmpty()) {
                    exchange.accept(batch);
                }
            } catch (RuntimeException | Error e) {
                log.error("{}: an exchange failed without telling those who wait for it", thread.getName(), e);
            }
            batch.clear();
        }
        refuseAll();
    }

    /** The next that is asked; null once closed. */
    private @Nullable T next() {
        T item = asked.poll();
        while (item == null && !closed) {
            resting = true;
            item = asked.poll();
            if (item == null && !closed) {
                LockSupport.park(this);
                // Closed, or an interrupt that is nobody's; with its flag up there would be no rest.
                Thread.interrupted();
                item = asked.poll();
            }
            resting = false;
        }
        return item;
    }

    private void refuseAll() {
        for (T item = asked.poll(); item != null; item = asked.poll()) {
            refusal.accept(item);
        }
    }

    /** Ends the thread after the exchange that is under way; what is still queued is refused. */
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
