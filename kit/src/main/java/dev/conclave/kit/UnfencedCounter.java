package dev.conclave.kit;

/**
 * A counter that nothing protects but the lock under test: two increments at once lose one. Visible to all threads, so that a
 * wrong count shows an overlap and not merely a missing memory barrier.
 */
public final class UnfencedCounter {
    private static final int TURNS = 1_000;

    private volatile int value;

    /** Makes a counter at zero. */
    public UnfencedCounter() {}

    /** Adds one in two steps with time in between. */
    public void increment() {
        int seen = value;
        for (int i = 0; i < TURNS; i++) {
            Thread.onSpinWait();
        }
        value = seen + 1;
    }

    /** How often it was incremented, if nobody overlapped. */
    public int value() {
        return value;
    }
}
