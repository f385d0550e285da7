package dev.conclave.table;

import java.io.IOException;

/**
 * What carries a table between processes: the memory that it is in, the mutex around each step, and the bells by which
 * processes wake each other. One for each store and process, already registered in the table. One thread at a time is in the
 * mutex or tries to be, and one at a time waits for hints; {@link #ring}, {@link #wakeUp} and {@link #owner} are called by any.
 *
 * <p>Every method may throw {@link StoreGoneException} when somebody has taken the store away under its users.
 */
public interface Carrier {
    /** The table, to be touched in the mutex only. */
    Table table();

    /** Enters the mutex if no other process is in it. */
    boolean tryEnter() throws IOException;

    /** Enters the mutex as soon as no other process is in it. Fails once {@link #abandon} was called. */
    void enter() throws IOException;

    /** Leaves the mutex. */
    void leave() throws IOException;

    /** Notes a hint for another process, in the mutex, where that helps {@link #ring}. */
    default void note(Wake wake) {}

    /** Wakes another process, not in the mutex. Never blocks; a hint that cannot be given at once is dropped. */
    void ring(Wake wake);

    /** Waits until this process is rung or {@link #wakeUp} is called, and passes on what there is to hear. */
    void await(Hints hints) throws IOException;

    /** As {@link #await}, but for a millisecond or so at most. */
    void awaitBriefly(Hints hints) throws IOException;

    /** Whether this system can wait {@linkplain #awaitBriefly briefly}. */
    default boolean waitsBriefly() {
        return true;
    }

    /** Makes whoever waits for hints return, or who does so next. On any thread. */
    void wakeUp();

    /** Fails if others would not meet in this store any more. */
    void requireInPlace();

    /** Which process is in the mutex or was last, for messages; on any thread, also after {@link #close}. */
    long owner();

    /**
     * Lets go of this process's proof of life, and fails a thread that waits for the mutex. Not called while one is in it;
     * one that comes in afterwards all the same leaves it at once.
     */
    void abandon() throws IOException;

    /**
     * Prepares to give up this process's proof of life and its bell, in the mutex, once it is out of the table: whoever comes to
     * its place next has its own there, which must meet nothing of ours and which we must not take away. The proof itself goes with
     * {@link #leave}, since who is in the mutex must have it.
     */
    void depart() throws IOException;

    /** Frees everything. The table is not touched any more. */
    void close() throws IOException;

    /** One word for the names of threads. */
    String label();

    /** What {@link #await} hears. */
    interface Hints {
        /** Somebody wants us to look at a subject. */
        void heard(long subject);

        /** Hints were lost, so that everything is to be looked at. */
        void missed();

        /** Another process may have died. */
        void deathSuspected();
    }
}
