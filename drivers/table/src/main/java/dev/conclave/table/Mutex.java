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
    /** Who has waited for so long says so, and who leaves the mutex then gives it way. */
    private static final long LONG_NANOS = 1_000_000;
    /** For so long, or until it has come in: some of its pauses. If it died, that is what it costs. */
    static final long WAY_NANOS = 4 * LONGEST_PAUSE_NANOS;
    /** How often it is looked who stays in the mutex, for a message. */
    private static final int LOOKS = 5;

    private final Memory memory;
    private final Liveness liveness;
    private int place = NO_PLACE;
    private long mark = mark(NO_PLACE);
    /** What this process has put into the word, or {@link #FREE}. */
    private long entered = FREE;

    /** To whom this process gives way, or {@link #FREE}, and since when. */
    private long ahead = FREE;

    private long aheadSince;
    private volatile boolean abandoned;

    /** The mutex of a table in this memory. Until {@link #settle} this process, of that number, is in the gate. */
    public Mutex(Memory memory, Liveness liveness, long pid) {
        this.memory = memory;
        this.liveness = liveness;
        memory.publish(Layout.COMING, pid);
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
        return !givesWay() && replaced(FREE);
    }

    private boolean replaced(long other) {
        boolean replaced = memory.compareAndSet(Layout.MUTEX, other, mark);
        if (replaced) {
            entered = mark;
            if (memory.getAcquire(Layout.WAITING) == mark) {
                memory.compareAndSet(Layout.WAITING, mark, FREE);
            }
        }
        return replaced;
    }

    /**
     * Whether somebody else is to come in first. Who takes long turns, such as writes to the disk, with hardly a pause between them, would
     * otherwise keep those out who look now and then.
     */
    private boolean givesWay() {
        if (ahead == FREE) {
            return false;
        }
        boolean waits = memory.getAcquire(Layout.WAITING) == ahead;
        if (waits && System.nanoTime() - aheadSince < WAY_NANOS) {
            return true;
        }
        if (waits) {
            memory.compareAndSet(Layout.WAITING, ahead, FREE); // it is dead, or has given up
        }
        ahead = FREE;
        return false;
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
            if (!givesWay() && (other == FREE ? replaced(FREE) : isDead(other) && replaced(other))) {
                return true;
            }
            long waited = System.nanoTime() - begun;
            if (waited >= nanos) {
                return false;
            }
            if (waited >= LONG_NANOS) {
                memory.publish(Layout.WAITING, mark);
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
        if (!left()) {
            throw new IOException("another process has taken the mutex from this one");
        }
    }

    /** Leaves for good, after the sign of life was given up: another process may have taken the mutex for that. */
    public void depart() {
        left();
    }

    private boolean left() {
        long own = entered;
        entered = FREE;
        long waiting = memory.getAcquire(Layout.WAITING);
        if (waiting != FREE && waiting != mark) {
            ahead = waiting;
            aheadSince = System.nanoTime();
        }
        return own == FREE || memory.compareAndSet(Layout.MUTEX, own, FREE);
    }

    /** Who keeps those out who come: who is in the mutex; or who is coming itself, if nobody stays in the mutex. For a message. */
    public static String inTheWay(Memory memory) {
        long first = memory.getAcquire(Layout.MUTEX);
        boolean stays = first != FREE;
        for (int i = 1; i < LOOKS && stays; i++) {
            LockSupport.parkNanos(LONGEST_PAUSE_NANOS);
            stays = memory.getAcquire(Layout.MUTEX) == first;
        }
        return stays
                ? "process " + Table.owner(memory) + " is in its mutex"
                : "process " + memory.get(Layout.COMING) + " is coming to it";
    }

    /** Fails a thread that waits. On any thread. */
    public void abandon() {
        abandoned = true;
    }
}
