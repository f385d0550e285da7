package dev.conclave.kit.process;

import dev.conclave.Claim;
import java.util.concurrent.locks.LockSupport;

/**
 * When a claim said that it was valid, asked without a break on a thread of its own. The times are of {@code System.nanoTime()},
 * which all processes of one machine share on Linux and macOS.
 *
 * <p>The time is taken before each question: a pause between the two makes the interval look shorter, never longer, so that
 * an overlap of two intervals is a true one.
 */
public final class Belief {
    private final Claim claim;
    private volatile long from;
    private volatile long until;
    private volatile boolean over;

    private Belief(Claim claim) {
        this.claim = claim;
    }

    /** Starts asking, until the claim says for the first time that it is not valid. */
    public static Belief in(Claim claim) {
        Belief belief = new Belief(claim);
        belief.from = System.nanoTime();
        belief.until = belief.from;
        Thread thread = new Thread(belief::ask, "kit-belief");
        thread.setDaemon(true);
        thread.start();
        return belief;
    }

    private void ask() {
        while (true) {
            long now = System.nanoTime();
            if (!claim.isValid()) {
                over = true;
                return;
            }
            until = now;
            LockSupport.parkNanos(200_000);
        }
    }

    /** When asking began. */
    public long from() {
        return from;
    }

    /** When the claim last said that it was valid. */
    public long until() {
        return until;
    }

    /** Whether the claim has said that it is not valid any more. */
    public boolean isOver() {
        return over;
    }
}
