package dev.conclave.memcached;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's clock as one session sees it: each renewal is told how many seconds the item had left, and so how far the clock has come since
 * the item was touched before. It goes by whole seconds and ticks once in each, so that it is less than two seconds late: unless the process
 * was stopped, or got no processor. Then it may answer before its next tick, and counts what it is given from long ago.
 *
 * <p>What is given to the item counts only if the clock was less than {@link #LATEST} seconds late. For that, an upper bound of the right time is
 * kept: the anchor, at which the clock was less than two seconds late. It is moved to each answer that is no later than it, so that lateness
 * does not add up. A renewal whose answer is lost has touched the item too: then the clock seems to have come less far than it has. So who is
 * too late is in doubt only until it has ticked once between two answers, as it is right at that instant. Thread-safe.
 */
final class ServerClock {
    /** How many more seconds a session's item is given than its time-to-live, so that it never ends before its owner knows. */
    static final int LATEST = 4;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    /** How late it is at an anchor. */
    private static final long LATE_AT_ANCHOR = 2 * SECOND;
    /** An answer is taken for one of the middle of its way, as long as that is shorter than this both ways. */
    private static final long LONGEST_WAY = SECOND / 2;
    /** How much later than at the anchor it may be. While it ticks in time, that is less than a second. */
    private static final long TOLERATED = LATEST * SECOND - LATE_AT_ANCHOR - LONGEST_WAY;
    /** By which part two clocks that both run may differ. */
    private static final long DRIFT = 1_000;

    private final long given;
    /** How far it has come since the session was opened; less, if answers were lost. */
    private long now;

    private Point anchor;
    private @Nullable Point doubt;

    private record Point(long clock, long nanos) {}

    /** @param given how many seconds each renewal gives the item */
    ServerClock(long given, long sentNanos, long answeredNanos) {
        this.given = given;
        this.anchor = new Point(0, executed(sentNanos, answeredNanos));
    }

    /** When something was done at the latest of what can be relied on. */
    private static long executed(long sentNanos, long answeredNanos) {
        return sentNanos + Math.min(LONGEST_WAY, Math.max(0, answeredNanos - sentNanos));
    }

    /**
     * Takes in the answer to a renewal.
     *
     * @param secondsLeft of the item, before it was touched
     * @return whether the item ends no sooner than its time-to-live after the sending
     */
    synchronized boolean isRight(long secondsLeft, long sentNanos, long answeredNanos) {
        now += Math.max(0, given - secondsLeft);
        if (doubt != null && now > doubt.clock) {
            // It has ticked since that was sent: then it was right to a second.
            anchor = new Point(now, doubt.nanos + SECOND);
        }
        if (later(sentNanos) > TOLERATED) {
            doubt = new Point(now, sentNanos);
            return false;
        }
        doubt = null;
        long executed = executed(sentNanos, answeredNanos);
        if (later(executed) <= (executed - anchor.nanos) / DRIFT) {
            anchor = new Point(now, executed);
        }
        return true;
    }

    /** How much later it is, at that time, than at the anchor. */
    private long later(long nanos) {
        return nanos - anchor.nanos - (now - anchor.clock) * SECOND;
    }
}
