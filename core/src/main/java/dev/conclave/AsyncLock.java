package dev.conclave;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The asynchronous twin of {@link Lock}. Futures fail with the exceptions that the blocking methods
 * throw. Cancelling a future gives up the acquisition; a grant that arrives late is given back.
 * Dependent actions run on the coordinator's callback executor, or on the caller's thread where the
 * result was there at once.
 *
 * <p>Thread-safe.
 */
public interface AsyncLock {
    /** As {@link Lock#acquire()}. */
    CompletableFuture<Grant> acquire();

    /** As {@link Lock#acquire(Duration)}. */
    CompletableFuture<Grant> acquire(Duration patience);

    /** As {@link Lock#tryAcquire()}. */
    CompletableFuture<Optional<Grant>> tryAcquire();

    /** As {@link Lock#tryAcquire(Duration)}. */
    CompletableFuture<Optional<Grant>> tryAcquire(Duration patience);

    /** As {@link Lock#info()}. */
    CompletableFuture<LockInfo> info();

    /** As {@link Lock#breakGrant(long)}. */
    CompletableFuture<Boolean> breakGrant(long expectedToken);
}
