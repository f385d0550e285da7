package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Began;
import java.util.concurrent.TimeUnit;

/**
 * How long things may take, in nanoseconds. All of them are multiples of the session's time-to-live, and some seconds for a machine
 * that is busy with nothing but processes that are broken.
 */
final class Bounds {
    private static final long SLACK = TimeUnit.SECONDS.toNanos(5);
    private static final long CALM_SLACK = TimeUnit.SECONDS.toNanos(3);

    private final long timeToLive;
    private final long beliefOverlap;
    private final long deathSeenWithin;

    Bounds(Began began) {
        timeToLive = TimeUnit.MILLISECONDS.toNanos(began.timeToLive());
        beliefOverlap = TimeUnit.MILLISECONDS.toNanos(began.beliefOverlap());
        deathSeenWithin = TimeUnit.MILLISECONDS.toNanos(began.deathSeenWithin());
    }

    long timeToLive() {
        return timeToLive;
    }

    /** What the driver publishes. */
    long beliefOverlap() {
        return beliefOverlap;
    }

    /** What the driver publishes for a killed member, or its time-to-live; and what a watcher that polls needs. */
    long deathSeen() {
        return Math.max(deathSeenWithin, timeToLive) + SLACK;
    }

    /** Until an orderly change of a group is in all views, if nothing is broken: looks come every two seconds at the latest. */
    long viewSettles() {
        return SLACK;
    }

    /** Until a loss that {@code isValid()} shows is also told: by the next timer, on a thread of its own. */
    long lossTold() {
        return timeToLive + SLACK;
    }

    /**
     * Until all is well once nothing is broken: a session that the backend still has must expire, a new one be opened after the
     * longest pause between attempts, and a name be handed over that a dead one holds; one time-to-live each.
     */
    long calm() {
        return 3 * timeToLive + CALM_SLACK;
    }

    /** Until a request has surely reached the backend, if nothing is broken: a call that takes longer counts as failed. */
    long reachesBackend() {
        return Math.max(timeToLive / 3, TimeUnit.MILLISECONDS.toNanos(500));
    }

    /** By how much the end of a timed wait may be late: a call or two that is under way must time out first. */
    long patienceExceeded() {
        return timeToLive + SLACK;
    }
}
