package dev.conclave;

import java.time.Duration;
import java.util.Optional;

/**
 * A named lock: at most one exclusive grant stands at a time, or any number of shared ones, as far
 * as the backend can tell. Get it from {@link Coordinator#lock(String)}.
 *
 * <p>Not reentrant: the owner is the {@link Grant}, not the thread, so a second acquisition by the
 * same thread waits like anybody else's. Where code needs a {@link java.util.concurrent.locks.Lock},
 * {@link #asJavaLock()} has that type's rules.
 *
 * <p>Thread-safe. Costs nothing until it is used; there is nothing to close.
 */
public interface Lock {
    /** The name that all members share. */
    String name();

    /**
     * Waits for the lock for as long as it takes, first come first served where the driver is
     * {@link Trait#FAIR}. An outage of the backend does not end the wait.
     *
     * @return the grant
     * @throws InterruptedException if interrupted while waiting; no grant is left behind
     */
    Grant acquire() throws InterruptedException;

    /**
     * Waits for the lock.
     *
     * @param patience the longest wait; zero or less asks once and returns
     * @return the grant
     * @throws LockBusyException if other members held the lock for all of {@code patience}
     * @throws InterruptedException if interrupted while waiting; no grant is left behind
     * @throws BackendUnavailableException if the backend could not be asked; the lock may be free
     */
    Grant acquire(Duration patience) throws InterruptedException;

    /**
     * Asks once. Where the driver is {@link Trait#FAIR}, a lock that others wait for is not free.
     *
     * @return the grant, or empty if another member holds the lock
     * @throws InterruptedException if interrupted while asking; no grant is left behind
     * @throws BackendUnavailableException if the backend could not be asked; the lock may be free
     */
    Optional<Grant> tryAcquire() throws InterruptedException;

    /**
     * Waits for the lock.
     *
     * @param patience the longest wait; zero or less asks once and returns
     * @return the grant, or empty if other members held the lock for all of {@code patience}
     * @throws InterruptedException if interrupted while waiting; no grant is left behind
     * @throws BackendUnavailableException if the backend could not be asked; the lock may be free
     */
    Optional<Grant> tryAcquire(Duration patience) throws InterruptedException;

    /**
     * The same lock, to be shared: any number of shared grants stand together, none beside an
     * exclusive one. A shared request that comes after a waiting exclusive one waits behind it, so
     * that writers do not starve.
     */
    Lock shared();

    /** The same lock, with other options for the grants that come from the returned view. */
    Lock with(LockOptions options);

    /**
     * Who holds the lock now.
     *
     * @throws InterruptedException if interrupted while waiting for the answer
     * @throws BackendUnavailableException if the backend could not be asked
     */
    LockInfo info() throws InterruptedException;

    /**
     * Takes the lock away from its holder, if the holder's token is still the expected one. Logged;
     * the holder is told through {@link Grant#lost()}.
     *
     * @param expectedToken the token that {@link #info()} showed
     * @return whether a grant with that token stood and was broken
     * @throws InterruptedException if interrupted while waiting for the answer; the grant may be broken
     * @throws BackendUnavailableException if the backend could not be asked; the grant may be broken
     */
    boolean breakGrant(long expectedToken) throws InterruptedException;

    /**
     * A view with the rules of {@link java.util.concurrent.locks.Lock}: owned by a thread, reentrant,
     * released by the thread that locked it. Each call returns a view of its own; threads that are to
     * exclude each other within one JVM may share one view or use several, the result is the same.
     *
     * <p>{@code unlock()} throws {@link IllegalMonitorStateException} if the grant was lost meanwhile:
     * that type has no other way to tell. Conditions are not supported.
     */
    java.util.concurrent.locks.Lock asJavaLock();

    /** The same operations without blocking a thread. */
    AsyncLock async();
}
