package dev.conclave.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who uses the connection for steps: one thread at a time, an own one or one that was {@linkplain dev.conclave.spi.Driver#lend lent}.
 * A caller that is about to wait finds the connection idle and does what it has asked for by itself, without a change of threads;
 * what it cannot do, or leaves undone, the own thread does.
 *
 * <p>As long as threads are lent now and then, the own thread is not woken for each thing that is asked, but looks every few
 * milliseconds for what nobody does. Once it has found something, others may ask and not wait, and for a while it is woken at once; as it
 * is where nobody lends.
 */
final class Duty {
    private static final Logger log = LoggerFactory.getLogger(Duty.class);
    /** How long something that is asked may lie while threads are lent: until the next look, and a moment more. */
    private static final long QUIET_NANOS = 3_000_000;

    private static final long MOMENT_NANOS = 200_000;
    /** How long it is woken at once after something has lain. */
    private static final long ALERT_NANOS = 100_000_000;

    /** What is to be done. */
    interface Work {
        /** Whether there is any. On any thread. */
        boolean isPending();

        /**
         * Does some of what there is, and may block.
         *
         * @param telling takes what is to be told to those who wait, which is done when off duty: it may run callbacks
         */
        void advance(Consumer<Runnable> telling);

        /**
         * Likewise, without blocking for more than a moment.
         *
         * @return whether anything was done
         */
        boolean advanceAtOnce(Consumer<Runnable> telling);

        /** All is over: nothing is done any more, and nobody else is on duty. */
        void end();
    }

    /** How long a lent thread goes on for others. */
    private static final long LENT_NANOS = 4_000_000;

    private final ReentrantLock role = new ReentrantLock();

    private final Work work;
    private final Thread own;
    private volatile long lentNanos = System.nanoTime() - QUIET_NANOS;
    /** Of the own thread. */
    private long alertSince = System.nanoTime() - ALERT_NANOS;
    /** Whether the own thread sleeps until it is woken, or is about to after one more look. */
    private volatile boolean resting;

    private volatile boolean closed;

    /** @param name of the own thread, a daemon */
    Duty(String name, Work work) {
        this.work = work;
        this.own = new Thread(this::run, name);
        own.setDaemon(true);
    }

    void start() {
        own.start();
    }

    /**
     * Something was asked.
     *
     * @param atOnce although a thread may be lent for it soon
     */
    void pending(boolean atOnce) {
        if (resting || atOnce) {
            // Of many who ask at once, one wakes it. Whoever comes between this line and the next is seen by the woken
            // thread.
            resting = false;
            LockSupport.unpark(own);
        }
        if (closed && !own.isAlive()) {
            work.end();
        }
    }

    /** Uses the calling thread for a moment, if nobody else is on duty. */
    void lend(BooleanSupplier done) {
        if (Thread.currentThread() == own) {
            // A callback that was run on the spot, on duty or off, waits: nobody else could do it.
            while (!done.getAsBoolean() && work.isPending()) {
                role.lock();
                tell(this::advance);
            }
            return;
        }
        long began = System.nanoTime();
        long now = began;
        while (!done.getAsBoolean() && !Thread.currentThread().isInterrupted() && now - began < LENT_NANOS) {
            lentNanos = now;
            if (!role.tryLock() || !atOnce()) {
                return;
            }
            now = System.nanoTime();
        }
        if (work.isPending()) {
            LockSupport.unpark(own);
        }
    }

    /** With the role, which it gives back. */
    private boolean atOnce() {
        List<Runnable> told = new ArrayList<>(2);
        boolean advanced = false;
        try {
            advanced = work.advanceAtOnce(told::add);
        } finally {
            role.unlock();
            if (work.isPending()) {
                LockSupport.unpark(own);
            }
        }
        told.forEach(Runnable::run);
        return advanced;
    }

    /** Whether a callback is asking that was told off duty, on the own thread. */
    boolean isOffDutyHere() {
        return Thread.currentThread() == own && !role.isHeldByCurrentThread();
    }

    private static void tell(Consumer<Consumer<Runnable>> move) {
        List<Runnable> told = new ArrayList<>(2);
        move.accept(told::add);
        told.forEach(Runnable::run);
    }

    private void run() {
        while (!closed) {
            if (work.isPending() && role.tryLock()) {
                try {
                    tell(this::advance);
                } catch (RuntimeException | Error e) {
                    log.error("{}: an exchange failed without telling those who wait for it", own.getName(), e);
                }
            } else {
                rest();
            }
        }
        role.lock(); // and keep it
        work.end();
    }

    /** With the role, which it gives back. */
    private void advance(Consumer<Runnable> telling) {
        try {
            work.advance(telling);
        } finally {
            role.unlock();
        }
    }

    private void rest() {
        if (role.isLocked()) {
            LockSupport.parkNanos(this, QUIET_NANOS); // or until its owner leaves something undone
        } else if (areThreadsLent()) {
            LockSupport.parkNanos(this, QUIET_NANOS);
            long lent = lentNanos;
            if (work.isPending() && !role.isLocked()) {
                LockSupport.parkNanos(this, MOMENT_NANOS); // whoever has asked may be about to be lent
                if (work.isPending() && lent == lentNanos) {
                    alertSince = System.nanoTime();
                }
            }
        } else {
            resting = true;
            if (!work.isPending() && !closed) {
                LockSupport.park(this);
            }
            resting = false;
        }
        if (!closed) {
            Thread.interrupted(); // nobody's; with its flag up there would be no rest
        }
    }

    private boolean areThreadsLent() {
        long now = System.nanoTime();
        return now - lentNanos < QUIET_NANOS && now - alertSince >= ALERT_NANOS;
    }

    /** Ends the own thread after what it is about. */
    void close() {
        closed = true;
        own.interrupt();
    }
}
