package dev.conclave.engine;

import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Growing pauses between attempts, with jitter, so that a backend which comes back is not met by all
 * members at once. Not thread-safe.
 *
 * @see <a href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential backoff and jitter</a>
 */
final class Backoff {
    private static final long FIRST_NANOS = 20_000_000L;

    private final long capNanos;
    private final long seed;
    private @Nullable SplittableRandom random;
    private long nextNanos = FIRST_NANOS;

    /**
     * Pauses from 20 ms up to a tenth of the time-to-live.
     *
     * @param seed makes the jitter repeatable in a simulation
     */
    Backoff(Duration ttl, long seed) {
        this.capNanos = Math.max(FIRST_NANOS, ttl.toNanos() / 10);
        this.seed = seed;
    }

    /** The next pause: half of it fixed, half by chance. */
    Duration next() {
        long pause = nextNanos / 2 + chance(nextNanos / 2);
        nextNanos = Math.min(capNanos, nextNanos * 2);
        return Duration.ofNanos(pause);
    }

    /**
     * An interval of regular looks, up to a quarter shorter by chance: those who began to look together, as after an outage that
     * all of them saw, drift apart.
     */
    Duration spread(Duration interval) {
        long nanos = interval.toNanos();
        return Duration.ofNanos(nanos - chance(nanos / 4));
    }

    private long chance(long limit) {
        if (random == null) {
            random = new SplittableRandom(seed);
        }
        return random.nextLong(limit + 1);
    }

    void reset() {
        nextNanos = FIRST_NANOS;
    }
}
