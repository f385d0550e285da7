package dev.conclave.memcached;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How often one who waits looks, as nobody will tell it. The head of the queue looks the less often the longer nothing has moved;
 * those behind it look when they expect to be the head, by how quickly the queue moved so far. So a name that goes from hand to
 * hand does so within milliseconds, one that is held for long costs little, and a hand-over costs about as many looks however many wait.
 */
final class Pace {
    private static final long QUICKEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOWEST_HEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** However slow the queue was: those at the front may all die, or be done quickly, from now on. */
    private static final long SLOWEST_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private int ahead = -1;
    private String first = "";
    private long movedNanos;
    /** How long one hand-over seems to take. */
    private long paceNanos = TimeUnit.MILLISECONDS.toNanos(5); // until something is known of it

    /**
     * Notes what a look has shown.
     *
     * @param nowAhead how many are in the way
     * @param nowFirst the first of them
     * @return when to look again
     */
    synchronized Duration seen(int nowAhead, String nowFirst) {
        return Duration.ofNanos(seen(nowAhead, nowFirst, System.nanoTime()));
    }

    synchronized long seen(int nowAhead, String nowFirst, long now) {
        boolean begins = ahead < 0;
        long since = now - movedNanos;
        if (begins || nowAhead != ahead || !nowFirst.equals(first)) {
            if (!begins) {
                paceNanos = since / Math.max(1, ahead - nowAhead);
            }
            ahead = nowAhead;
            first = nowFirst;
            movedNanos = now;
            since = 0;
        } else {
            paceNanos = Math.max(paceNanos, since);
        }
        if (ahead <= 1) {
            return Math.max(QUICKEST_NANOS, Math.min(SLOWEST_HEAD_NANOS, since / 8));
        }
        long expected = paceNanos * (ahead - 1) / 4 * 3;
        long longest = Math.min(LONGEST_NANOS, SLOWEST_EACH_NANOS * ahead);
        return Math.max(QUICKEST_NANOS, Math.min(longest, expected));
    }
}
