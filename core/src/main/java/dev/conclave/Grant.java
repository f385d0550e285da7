package dev.conclave;

import java.util.concurrent.CompletableFuture;

/**
 * One successful acquisition of a {@link Lock}. Renewed in the background until it is released or
 * lost. A grant that is garbage-collected unreleased is released, and logged as a leak together with
 * the place where it was acquired.
 *
 * <p>Thread-safe; any thread may release it.
 */
public interface Grant extends Claim, AutoCloseable {
    /** Whether this is a shared grant, next to which other shared grants may stand. */
    boolean isShared();

    /**
     * Starts the lease of a grant with {@link LockOptions#lease()} again from now, so that a holder
     * which makes no progress loses the lock although its process lives. No I/O. Without a lease there
     * is nothing to start; {@link LockOptions#maxHold()} is not prolonged.
     *
     * @return whether the grant is valid
     */
    boolean renew();

    /**
     * Gives the lock back. From the first instant of the call the grant is not valid any more. Asks
     * the backend at most once; later calls return {@link ReleaseResult#ALREADY_LOST}.
     *
     * <p>Waits for the answer at most as long as one call to the backend may take, also if the
     * calling thread is interrupted; the interrupt flag is kept.
     */
    ReleaseResult release();

    /** The asynchronous twin of {@link #release()}. */
    CompletableFuture<ReleaseResult> releaseAsync();

    /** Releases. Never throws for a grant that was lost. */
    @Override
    void close();
}
