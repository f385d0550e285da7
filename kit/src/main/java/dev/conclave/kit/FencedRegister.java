package dev.conclave.kit;

import java.util.ArrayList;
import java.util.List;

/**
 * The resource that a fencing token protects: takes a write only with a token that is no smaller than any it has seen.
 * Remembers what it took and refused, for the scenario to look at. Thread-safe.
 */
public final class FencedRegister {
    private final List<Long> accepted = new ArrayList<>();
    private final List<Long> refused = new ArrayList<>();
    private long highest = Long.MIN_VALUE;

    /** Makes a register that nobody has written yet. */
    public FencedRegister() {}

    /** Writes, if the token is not out of date. */
    public synchronized boolean write(long token) {
        boolean current = token >= highest;
        highest = Math.max(highest, token);
        (current ? accepted : refused).add(token);
        return current;
    }

    /** The tokens of the writes that were taken, in order; never falling. */
    public synchronized List<Long> accepted() {
        return List.copyOf(accepted);
    }

    /** The tokens of the writes that were refused. */
    public synchronized List<Long> refused() {
        return List.copyOf(refused);
    }
}
