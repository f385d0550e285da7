package dev.conclave.bench;

import java.util.Set;

/**
 * How long and how often.
 *
 * @param rounds how often each contestant has its turn
 * @param seconds how long a turn lasts
 * @param warmUp seconds that each runs before the first turn that counts; twice that where rates are compared
 * @param quick whether this is only to see that it runs
 * @param pinned the workloads in which the server and the contestants are kept on processors of their own
 */
public record Plan(int rounds, double seconds, double warmUp, boolean quick, Set<String> pinned) {
    /** Before rates are compared: the compiler has the same few processors, and what has more code takes longer to be compiled. */
    public double warmUpForRates() {
        return 2 * warmUp;
    }

    /** A number of repetitions, or a smaller one for a quick run. */
    public int repetitions(int usual, int quickly) {
        return quick ? quickly : usual;
    }
}
