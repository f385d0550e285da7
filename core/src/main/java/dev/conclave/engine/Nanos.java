package dev.conclave.engine;

import java.time.Duration;

/** Durations as nanoseconds that do not overflow: "very long" is as good as for ever. */
final class Nanos {
    /** Half the range, so that adding it to a clock reading keeps {@code a - b} comparisons right. */
    static final long FOREVER = Long.MAX_VALUE / 2;

    private Nanos() {}

    /** Zero for negative durations, {@link #FOREVER} for those beyond it. */
    static long of(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.getSeconds() >= FOREVER / 1_000_000_000L ? FOREVER : duration.toNanos();
    }
}
