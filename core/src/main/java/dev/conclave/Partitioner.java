package dev.conclave;

import dev.conclave.ring.HashRing;
import dev.conclave.ring.Rebalance;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Shares keys out among the live members of a group, for one of them: a {@link HashRing} that follows
 * the group's view. Get it from {@link Group#partitioner()}.
 *
 * <p>Every answer comes from the ring as this process last saw it, with no I/O. While a change is on
 * its way two members can both believe that they own a key, or neither can. Where two owners would do
 * harm, take the key's lock as well. To decide about many keys by one and the same ring, take {@link
 * #ring()} once and ask that.
 *
 * <p>Thread-safe.
 */
public interface Partitioner extends AutoCloseable {
    /** Whether this coordinator's member owns the key now; false also when it is not in the group. */
    boolean owns(String key);

    /** The member that owns the key now, or empty if no member of the group may own anything. */
    default Optional<String> ownerOf(String key) {
        return ring().owner(key);
    }

    /**
     * The members that keep the key now, the preferred one first.
     *
     * @param replicas how many, at least 1
     * @return that many different members, or all that may own anything if there are fewer
     * @throws IllegalArgumentException if {@code replicas} is less than 1
     */
    default List<String> ownersOf(String key, int replicas) {
        return ring().owners(key, replicas);
    }

    /** The ring as of now; it does not change any more, while the partitioner moves on to the next. */
    HashRing ring();

    /**
     * Calls the listener at each change of the ring from now on, in order and one call at a time. The
     * ring after one change is the ring before the next. By the time of the call, this partitioner
     * answers by the later ring, or by one later still.
     */
    Subscription onRebalance(Consumer<? super Rebalance> listener);

    /** Stops following the group; answers stay what they were last. Idempotent. */
    @Override
    void close();
}
