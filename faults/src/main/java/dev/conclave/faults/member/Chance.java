package dev.conclave.faults.member;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** What a thread of load does at random: the same for the same seed, process and thread. Not thread-safe. */
final class Chance {
    private final SplittableRandom random;

    Chance(Orders orders, String thread) {
        long seed = orders.seed();
        seed = 31 * seed + orders.who().hashCode();
        random = new SplittableRandom(31 * seed + thread.hashCode());
    }

    /** True in so many of a hundred cases. */
    boolean percent(int share) {
        return random.nextInt(100) < share;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** From the one, included, to the other, excluded. */
    long between(long from, long to) {
        return random.nextLong(from, to);
    }

    /** Does nothing for a time between the two, or less if the thread is interrupted. */
    void rest(long fromMillis, long toMillis) {
        LockSupport.parkNanos(between(fromMillis, toMillis) * 1_000_000);
    }
}
