package dev.conclave.faults.member;

import dev.conclave.Claim;
import dev.conclave.ClaimState;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import java.util.concurrent.TimeUnit;

/** What a claim says of itself, asked again and again; written now and then, and when it turns. Thread-safe. */
final class Belief {
    private static final long WRITTEN_EVERY = TimeUnit.MILLISECONDS.toNanos(20);

    private final long op;
    private final Claim claim;
    private final HistoryWriter history;
    private ClaimState state = ClaimState.HELD;
    private long since;
    private long until;
    private boolean over;

    Belief(long op, Claim claim, HistoryWriter history) {
        this.op = op;
        this.claim = claim;
        this.history = history;
    }

    /** Asks. The time is taken before the question: a pause between the two makes the belief look shorter, never longer. */
    synchronized void ask() {
        if (over) {
            return;
        }
        long now = System.nanoTime();
        if (!claim.isValid()) {
            write();
            history.write(new Event.Disbelieved(op));
            over = true;
        } else {
            since = since == 0 ? now : since;
            until = now;
            if (until - since >= WRITTEN_EVERY) {
                write();
            }
        }
        note(claim.state());
    }

    private void note(ClaimState now) {
        if (now != state && (now == ClaimState.AT_RISK || now == ClaimState.HELD)) {
            history.write(new Event.State(op, now.name()));
        }
        state = now;
    }

    private void write() {
        if (until > since) {
            history.write(until, new Event.Believed(op, since, until));
            since = until;
        }
    }

    /** Asks no more: the holder stops believing by its own will. */
    synchronized void end() {
        if (!over) {
            write();
            over = true;
        }
    }

    /** Whether there is nothing to ask any more. */
    synchronized boolean isOver() {
        return over;
    }
}
