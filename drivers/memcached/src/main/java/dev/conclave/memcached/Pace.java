package dev.conclave.memcached;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often one who waits looks, as nobody will tell it: the head of the queue often, those behind it the less the further back
 * they are, and all of them less often the longer nothing has moved. So a name that goes from hand to hand does so within a
 * millisecond or two, and one that is held for long costs little.
 */
final class Pace {
    private static final long QUICKEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOWEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** From here on back there is time: several hand-overs will come before the next look. */
    private static final int NEAR = 8;

    private int ahead = -1;
    private String first = "";
    private long movedNanos;

    /**
     * Notes what a look has shown.
     *
     * @param ahead how many are in the way
     * @param first the first of them
     * @return when to look again
     */
    synchronized Duration seen(int ahead, String first) {
        long now = System.nanoTime();
        if (ahead != this.ahead || !first.equals(this.first)) {
            this.ahead = ahead;
            this.first = first;
            movedNanos = now;
        }
        long unit = Math.max(QUICKEST_NANOS, Math.min(SLOWEST_NANOS, (now - movedNanos) / 8));
        long steps = ahead <= NEAR ? Math.max(1, ahead) : 2L * ahead;
        return Duration.ofNanos(Math.min(LONGEST_NANOS, unit * steps));
    }
}
