package dev.conclave.bench;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** The time that is left, of estimates that are corrected by how long the estimated took so far. */
final class Remaining {
    private final long begun = System.nanoTime();
    private double expected;
    private double done;

    /** Adds what is to be done. */
    void expect(double seconds) {
        expected += seconds;
    }

    /** Says that what was expected to take so long is done. */
    void done(double seconds) {
        done += seconds;
    }

    String said() {
        return said((System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1));
    }

    String said(double elapsed) {
        // At the beginning there is nothing to correct by.
        double pace = done > 0 ? elapsed / done : 1;
        long seconds = Math.round((expected - done) * pace);
        return String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60);
    }
}
