package dev.conclave;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One's own handle on being a member of a group. Thread-safe.
 */
public interface Membership extends AutoCloseable {
    /** The name of the group. */
    String group();

    /** The member id. */
    String member();

    /**
     * The incarnation under which this member is in the group now; empty while it is not, because it
     * was evicted or has left.
     */
    Optional<String> incarnation();

    /** What this member published last, or is about to publish when it joins again. */
    Capabilities capabilities();

    /**
     * Publishes other capabilities.
     *
     * @throws MemberNotJoinedException if the member has left, or was evicted and does not join again
     * @throws InterruptedException if interrupted while waiting for the answer; they may be published
     * @throws SessionLostException if the member is out of the group at this moment; they are published
     *     when it joins again
     * @throws BackendUnavailableException if the backend could not be asked; they may be published, and
     *     are when the member joins again
     */
    void update(Capabilities capabilities) throws InterruptedException;

    /** The asynchronous twin of {@link #update(Capabilities)}. */
    CompletableFuture<Void> updateAsync(Capabilities capabilities);

    /**
     * Calls the listener each time that this member finds itself out of the group against its will: a
     * second time, with {@code rejoining} false, if it then finds that a newer incarnation took its place.
     * The event's view is empty; the group's watchers get the view.
     *
     * @return to close when done
     */
    Subscription onEvicted(Consumer<? super GroupEvent.SelfEvicted> listener);

    /**
     * Leaves the group.
     *
     * @throws MemberNotJoinedException if the member has left before, or was evicted for good
     * @throws InterruptedException if interrupted while waiting for the answer; leaving goes on in the background
     * @throws BackendUnavailableException if the backend could not be asked; leaving goes on in the background
     */
    void leave() throws InterruptedException;

    /** The asynchronous twin of {@link #leave()}. */
    CompletableFuture<Void> leaveAsync();

    /** Leaves, if still in; never throws for a member that is out. */
    @Override
    void close();
}
