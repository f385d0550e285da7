package dev.conclave.kit;

import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * When this JVM stood still: its machine gave it no processor, or its collector stopped it. A session with a short
 * time-to-live can end by that alone, so the report of a failure says it.
 */
final class Stalls {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** A quarter of a third of the shortest time-to-live that scenarios use. */
    private static final long WORTH_TELLING_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final Queue<Stall> SEEN = new ConcurrentLinkedQueue<>();

    private record Stall(long end, long nanos) {}

    static {
        Thread thread = new Thread(Stalls::look, "kit-stalls");
        thread.setDaemon(true);
        thread.start();
    }

    private Stalls() {}

    /** Begins to look, if nobody has yet; returns the time. */
    static long now() {
        return System.nanoTime();
    }

    private static void look() {
        long before = System.nanoTime();
        while (true) {
            LockSupport.parkNanos(TICK_NANOS);
            long now = System.nanoTime();
            if (now - before > WORTH_TELLING_NANOS) {
                SEEN.add(new Stall(now, now - before));
            }
            before = now;
        }
    }

    /** A line in words; empty if there was none. */
    static String since(long start) {
        StringJoiner text = new StringJoiner(", ", "this JVM stood still for ", "\n");
        text.setEmptyValue("");
        long now = System.nanoTime();
        for (Stall stall : SEEN) {
            if (stall.end - start > 0) {
                text.add(millis(stall.nanos) + " ms until " + millis(now - stall.end) + " ms ago");
            }
        }
        return text.toString();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
