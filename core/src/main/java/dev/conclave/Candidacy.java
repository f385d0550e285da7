package dev.conclave;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Being in the race for an {@link Election}. Thread-safe.
 */
public interface Candidacy extends AutoCloseable {
    /** The name of the election. */
    String election();

    /** The term that this candidate has now, if it leads. */
    Optional<Leadership> leadership();

    /**
     * Waits until this candidate leads.
     *
     * @param patience the longest wait; zero or less only looks
     * @return the leadership, or empty if it did not win in time or the candidacy was closed
     * @throws InterruptedException if interrupted while waiting; the candidate stays in the race
     */
    Optional<Leadership> await(Duration patience) throws InterruptedException;

    /**
     * Gives up the leadership, if this candidate has it, and races again after {@code coolDown}. If
     * others wait, one of them leads next even when {@code coolDown} is zero. A candidate that does
     * not lead steps out of the queue for as long.
     *
     * @return completes with what became of the leadership: ALREADY_LOST if there was none
     */
    CompletableFuture<ReleaseResult> resign(Duration coolDown);

    /**
     * Leaves the race for good, giving up the leadership if there is one. Waits for the backend's
     * answer at most as long as one call may take. Idempotent.
     */
    @Override
    void close();

    /** The asynchronous twin of {@link #close()}. */
    CompletableFuture<Void> closeAsync();
}
