package dev.conclave.bench;

/** A contestant's handle on a lock, for one thread. */
public interface Mutex extends AutoCloseable {
    /** Waits for the lock as long as it takes, by whatever way of waiting the contestant has. */
    void acquire() throws Exception;

    /** Gives up what {@link #acquire} got. */
    void release() throws Exception;

    @Override
    default void close() throws Exception {}
}
