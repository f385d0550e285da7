package dev.conclave.bench;

import java.util.List;

/**
 * How long and how often.
 *
 * @param rounds how often each contestant has its turn
 * @param seconds how long a turn lasts
 * @param warmUp seconds that each runs before the first turn that counts
 * @param quick whether this is only to see that it runs
 * @param clients a command before the JVMs of contestants, such as taskset with its arguments; or nothing
 */
public record Plan(int rounds, double seconds, double warmUp, boolean quick, List<String> clients) {
    /** Whether servers and contestants are kept apart. */
    public boolean isPinned() {
        return !clients.isEmpty();
    }

    /** A number of repetitions, or a smaller one for a quick run. */
    public int repetitions(int usual, int quickly) {
        return quick ? quickly : usual;
    }
}
