package dev.conclave.table;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The mutex around each step: a word of the shared memory that says who is in it, so that a turn costs no call of the
 * kernel. One for each store and process; its methods are called by one thread at a time, but for {@link #abandon}.
 *
 * <p>The kernel is asked only by who finds somebody in it for long: if that one's process is dead, its mark is replaced by one's
 * own. Three rules make that safe. A mark is random, so that it never comes again: whoever replaces it replaces that which
 * it has asked about. A process has its sign of life for as long as its mark is in the word and it touches the table. And a
 * process that comes to the store, and has no place yet, holds the gate meanwhile: a lock of the kernel that one
 * process has at a time.
 */
public final class Mutex {
    private static final long FREE = 0;
    private static final int PLACE_BITS = 20;
    private static final long PLACE_MASK = (1L << PLACE_BITS) - 1;
    private static final int NO_PLACE = -1;
    private static final long FIRST_PAUSE_NANOS = 50_000;
    /** This bounds how late a killed process is seen that was in the mutex. */
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private final Memory memory;
    private final Liveness liveness;
    private int place = NO_PLACE;
    private long mark = mark(NO_PLACE);
    /** What this process has put into the word, or {@link #FREE}. */
    private long entered = FREE;

    private volatile boolean abandoned;

    /** The mutex of a table in this memory. Until {@link #settle} this process is in the gate. */
    public Mutex(Memory memory, Liveness liveness) {
        this.memory = memory;
        this.liveness = liveness;
    }

    private static long mark(int place) {
        long random = ThreadLocalRandom.current().nextLong() << PLACE_BITS;
        return Long.MIN_VALUE | random | (place + 1); // never FREE
    }

    /** From its next turn on this process is known by its place, where it has given its sign of life. */
    public void settle(int ownPlace) {
        if (ownPlace >= PLACE_MASK) {
            throw new IllegalStateException("more processes use the store than its mutex can name");
        }
        place = ownPlace;
        mark = mark(ownPlace);
    }

    /** Enters if nobody is in it. */
    public boolean tryEnter() {
        if (memory.getAcquire(Layout.MUTEX) != FREE) {
            return false; // a look disturbs who is in it less than an attempt
        }
        return replaced(FREE);
    }

    private boolean replaced(long other) {
        boolean replaced = memory.compareAndSet(Layout.MUTEX, other, mark);
        if (replaced) {
            entered = mark;
        }
        return replaced;
    }

    /** Enters as soon as nobody alive is in it. Fails once {@link #abandon} was called. */
    public void enter() throws IOException {
        enterWithin(Long.MAX_VALUE);
    }

    /** Enters as soon as nobody alive is in it; returns whether that was soon enough. */
    public boolean enterWithin(long nanos) throws IOException {
        long begun = System.nanoTime();
        long pause = FIRST_PAUSE_NANOS;
        while (!abandoned) {
            long other = memory.getAcquire(Layout.MUTEX);
            if (other == FREE ? replaced(FREE) : isDead(other) && replaced(other)) {
                return true;
            }
            if (System.nanoTime() - begun >= nanos) {
                return false;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        throw new IOException("the store was closed");
    }

    private boolean isDead(long other) {
        int otherPlace = (int) (other & PLACE_MASK) - 1;
        if (otherPlace == place) {
            // Of two that come the one in the gate lives; and who lived in our place before us is gone.
            return other != mark;
        }
        return otherPlace == NO_PLACE ? !liveness.isComing() : !liveness.lives(otherPlace);
    }

    /** Leaves; fails if another process has taken this one for dead, and undone the step. */
    public void leave() throws IOException {
        long own = entered;
        entered = FREE;
        if (own != FREE && !memory.compareAndSet(Layout.MUTEX, own, FREE)) {
            throw new IOException("another process has taken the mutex from this one");
        }
    }

    /** Fails a thread that waits. On any thread. */
    public void abandon() {
        abandoned = true;
    }
}
