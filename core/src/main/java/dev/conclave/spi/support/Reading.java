package dev.conclave.spi.support;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who reads, or waits for what another process tells: one thread at a time, the own one or one that was {@linkplain
 * dev.conclave.spi.Driver#lend lent}. The own thread has the role until a lent one comes for it in vain. Then it steps back as soon as
 * nobody else waits, and takes the role again when no lent thread has come for a millisecond, or one left while something was still to be read.
 *
 * <p>So a caller that asks again and again reads its answers without a change of threads; a notification that comes while nobody
 * reads, and nobody is known to wait for it, waits a millisecond at most; and where nobody lends, the own thread is never woken but by what it reads.
 */
public final class Reading {
    /** How long the role may lie idle. */
    private static final long QUIET_NANOS = 1_000_000;

    /** Reentrant: a callback that an application runs on the spot may ask, and wait, while its thread reads. */
    private final ReentrantLock role = new ReentrantLock();

    private volatile boolean wanted;
    private volatile boolean needed;
    private final AtomicBoolean recalled = new AtomicBoolean();
    private volatile boolean over;
    private volatile long leftNanos;
    /** What a lent thread failed with; passed on with the role. */
    private @Nullable Throwable failure;

    private volatile @Nullable Thread own;

    /** With nobody in the role. */
    public Reading() {}

    /** The own thread begins, with the role; it keeps it when it ends, so that nobody reads any more. */
    public void begin() {
        own = Thread.currentThread();
        role.lock();
    }

    /** A lent thread comes for the role. If it gets it, it calls {@link #leave}. */
    public boolean enter() {
        if (!recalled.get() && role.tryLock()) {
            return true;
        }
        wanted = true;
        return false;
    }

    /** Whether the calling thread, which has the role, had it before it came. */
    public boolean isNested() {
        return role.getHoldCount() > 1;
    }

    /** Whether the calling thread has the role. */
    public boolean isMine() {
        return role.isHeldByCurrentThread();
    }

    /**
     * A lent thread gives the role back.
     *
     * @param thrown why it cannot be read on
     * @param something whether anybody waits for something to be read, asked once the role is free: who asks later finds it so
     */
    public void leave(@Nullable Throwable thrown, BooleanSupplier something) {
        if (thrown != null && role.getHoldCount() == 1) { // otherwise this very thread goes on to read, and finds out
            failure = thrown;
        }
        role.unlock();
        leftNanos = System.nanoTime();
        boolean wake = thrown != null || recalled.get() || something.getAsBoolean();
        needed = wake;
        if (wake) {
            LockSupport.unpark(own);
        }
    }

    /** Whether a lent thread came in vain. */
    public boolean isWanted() {
        return wanted;
    }

    /** The own thread leaves the role to lent ones for as long as they come. Returns what one of them failed with. */
    public @Nullable Throwable stepBack() {
        wanted = false;
        leftNanos = System.nanoTime();
        needed = false;
        role.unlock();
        do {
            LockSupport.parkNanos(this, QUIET_NANOS);
        } while (!isToReturn() || !role.tryLock());
        recalled.set(false);
        Throwable thrown = failure;
        failure = null;
        return thrown;
    }

    private boolean isToReturn() {
        return needed || recalled.get() || over || System.nanoTime() - leftNanos >= QUIET_NANOS;
    }

    /** Lets no lent thread in until the own one has had the role again, which it takes as soon as it is free. On any thread. */
    public void recall() {
        recalled.set(true);
        LockSupport.unpark(own);
    }

    /** Whether the own thread, which asks, was recalled since it last asked or stepped back. */
    public boolean wasRecalled() {
        return recalled.getAndSet(false);
    }

    /** The own thread does not step back for long any more. */
    public void end() {
        over = true;
        LockSupport.unpark(own);
    }
}
