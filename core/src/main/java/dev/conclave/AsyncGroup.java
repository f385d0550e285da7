package dev.conclave;

import java.util.concurrent.CompletableFuture;

/**
 * The asynchronous twin of {@link Group}. Futures fail with the exceptions that the blocking methods
 * throw. Cancelling a future of a join gives the join up; a membership that arrives late is left again.
 *
 * <p>Thread-safe.
 */
public interface AsyncGroup {
    /** As {@link Group#create()}. */
    CompletableFuture<Void> create();

    /** As {@link Group#delete()}. */
    CompletableFuture<Void> delete();

    /** As {@link Group#join(Capabilities, JoinOptions)}. */
    CompletableFuture<Membership> join(Capabilities capabilities, JoinOptions options);

    /** As {@link Group#view()}. */
    CompletableFuture<View> view();

    /** As {@link Group#partitioner(String)}. */
    CompletableFuture<Partitioner> partitioner(String weightCapability);
}
