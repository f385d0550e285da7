package dev.conclave.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * The only clock and the only scheduler that the engine uses, so that it runs in virtual time as well.
 * Thread-safe.
 */
public interface TimeSource {
    /** Monotonic nanoseconds from an arbitrary origin; the only clock that deadlines are measured with. */
    long nanoTime();

    /** The wall clock; shown to people, never used to decide. */
    Instant now();

    /**
     * Runs a short task that never blocks, once, not before {@code delay} has passed. A negative delay
     * is as zero.
     */
    Timer schedule(Duration delay, Runnable task);

    /** A task that is to run. */
    interface Timer {
        /** Prevents the task if it has not begun. */
        void cancel();
    }
}
