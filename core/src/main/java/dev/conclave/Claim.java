package dev.conclave;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What a member holds on a name: a {@link Grant} of a lock, or a {@link Leadership}. It belongs to
 * this handle, never to a thread, and hangs on the member's session: when the session ends, so does
 * the claim.
 *
 * <p>A claim can end while its holder still runs: a long pause, a lost session or an operator can
 * take it away. Pass {@link #fencingToken()} with every write, so that the store can refuse an older
 * holder; nothing that runs in the holder can do that for it.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">Fencing</a>
 */
public interface Claim {
    /** The name of the lock or election. */
    String name();

    /**
     * A number greater than that of every earlier claim on this name, whatever happened to the
     * backend in between. It stays the same when the claim is lost.
     */
    long fencingToken();

    /** Where the claim stands, as far as this process can tell without asking. */
    ClaimState state();

    /**
     * False no later than the moment when somebody else can get the name, as far as the clock goes. Local: no I/O, no lock.
     *
     * <p>The deadline counts from when the last renewal that was confirmed was <em>sent</em>, on the
     * monotonic clock. A true answer is about this instant; a pause may follow it. That clock goes on
     * while a process is paused, but on Linux not while the whole machine is suspended: after that, a
     * true answer is sure only when a renewal has been confirmed since. {@link #fencingToken()} helps there too.
     */
    boolean isValid();

    /** How much longer the claim stays valid if no renewal succeeds any more; zero if it is not valid. */
    Duration validFor();

    /**
     * Asks the backend if this claim still stands there. If it does not, the claim is lost from now
     * on and {@link #lost()} completes.
     *
     * @return whether the backend confirmed the claim and it is still valid
     * @throws InterruptedException if interrupted while waiting for the answer; the claim is unchanged
     * @throws BackendUnavailableException if the backend could not be asked; the claim is unchanged
     */
    boolean verify() throws InterruptedException;

    /** The asynchronous twin of {@link #verify()}. */
    CompletableFuture<Boolean> verifyAsync();

    /**
     * Completes once, when the claim has ended, with the reason: {@link LossReason#RELEASED} if its
     * holder gave it up, any other if it was taken away. Never completes exceptionally. Dependent
     * actions run on the coordinator's callback executor. The future cannot be completed by hand.
     */
    CompletableFuture<Loss> lost();
}
