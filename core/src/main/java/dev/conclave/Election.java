package dev.conclave;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A named election: at most one member leads at a time, as far as the backend can tell. Get it from
 * {@link Coordinator#election(String)}. Observers need not be candidates, and an election is no
 * group: it lists nobody as a member of anything.
 *
 * <p>Thread-safe.
 */
public interface Election {
    /** The name that all members share. */
    String name();

    /** As {@link #run(LeaderListener, ElectionOptions)}, with no payload. */
    default Candidacy run(LeaderListener listener) {
        return run(listener, ElectionOptions.defaults());
    }

    /** As {@link #run(LeaderListener, ElectionOptions)}, with a payload. */
    default Candidacy run(LeaderListener listener, String payload) {
        return run(listener, ElectionOptions.defaults().withPayload(payload));
    }

    /**
     * Enters the race and returns at once. The candidate stays in it, through outages and lost
     * sessions, until the candidacy is closed.
     *
     * @param listener told of each term that is won and of its end
     * @param options what the leader tells the others
     * @return the handle to resign or leave the race with
     */
    Candidacy run(LeaderListener listener, ElectionOptions options);

    /**
     * Who leads now, if anybody does.
     *
     * @throws InterruptedException if interrupted while waiting for the answer
     * @throws BackendUnavailableException if the backend could not be asked
     */
    Optional<Leader> leader() throws InterruptedException;

    /** The asynchronous twin of {@link #leader()}. */
    CompletableFuture<Optional<Leader>> leaderAsync();

    /**
     * Tells of the present leader, or that there is none, and then of every change that can be seen.
     * Terms shorter than the backend's notice may be passed over, never reordered.
     *
     * @return to close when done; no candidacy is needed
     */
    Subscription watch(Consumer<? super ElectionEvent> listener);
}
