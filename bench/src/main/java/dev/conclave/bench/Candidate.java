package dev.conclave.bench;

/** A contestant's candidate in an election. Used by one thread. */
public interface Candidate extends AutoCloseable {
    /** Enters the race and returns. */
    void campaign() throws Exception;

    /** Waits until this candidate leads. */
    void awaitLeadership() throws Exception;

    /** Gives the leadership up and leaves the race. */
    void stepDown() throws Exception;

    @Override
    default void close() throws Exception {}

    /** Who holds a lock leads: how a library without elections is used for one. */
    static Candidate holding(Mutex mutex) {
        return new Candidate() {
            @Override
            public void campaign() {
                // A thread that waits for a lock is in the race; there is no other way to be.
            }

            @Override
            public void awaitLeadership() throws Exception {
                mutex.acquire();
            }

            @Override
            public void stepDown() throws Exception {
                mutex.release();
            }

            @Override
            public void close() throws Exception {
                mutex.close();
            }
        };
    }
}
