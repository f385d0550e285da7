package dev.conclave.memcached;

import java.time.Instant;

/**
 * One run of a server's process. Within it each change of an item has a number, greater than all before, whatever is flushed or
 * evicted; the next run begins at 1 again.
 *
 * @param startSeconds when the process started, by its clock. No two runs that we ever used have the same: we use none before it
 *     is a second old.
 * @param timeSeconds the server's time when this was asked, and ours
 * @param maxItemBytes the largest item
 */
record Instance(long startSeconds, long timeSeconds, long askedNanos, long maxItemBytes) {
    /** A run would have to store a million items a second, all the time, to reach the tokens of the next. */
    private static final long TOKENS_PER_SECOND = 1_000_000;

    boolean isSame(Instance other) {
        return startSeconds == other.startSeconds;
    }

    /**
     * The token of a claim, or revision of a roster, that came to be by this change. It grows with every change of anything, over
     * restarts too, and nothing that is stored is needed to know it.
     */
    long token(long cas) {
        return startSeconds * TOKENS_PER_SECOND + cas;
    }

    /** Whether a revision was given by an earlier run. */
    boolean isLaterThan(long revision) {
        return revision < token(0);
    }

    /** The server's time of day, to a second. */
    Instant now() {
        return Instant.ofEpochSecond(timeSeconds).plusNanos(System.nanoTime() - askedNanos);
    }
}
