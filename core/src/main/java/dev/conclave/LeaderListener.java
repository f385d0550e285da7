package dev.conclave;

/**
 * Told when this candidate wins and when its term ends. {@code granted} and {@code revoked} alternate
 * strictly, once each per term, and run one at a time on the coordinator's callback executor.
 */
@FunctionalInterface
public interface LeaderListener {
    /**
     * A term was won; the backend has confirmed it. May block: the leadership is renewed meanwhile, and
     * {@link Leadership#lost()} tells of its end before {@link #revoked} can. Returning does not resign.
     * If it throws, that is logged and the leadership given up, to race again.
     */
    void granted(Leadership leadership);

    /** That term has ended, for whatever reason. */
    default void revoked(Leadership leadership, Loss loss) {}
}
