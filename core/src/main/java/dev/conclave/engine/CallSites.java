package dev.conclave.engine;

import dev.conclave.spi.TimeSource;
import java.util.Optional;

/**
 * Where in the application grants were acquired, for the log should one of them leak. One frame, as a whole stack trace would cost too
 * much per grant; and of grants that follow each other within a millisecond only the first, as in a loop even one frame costs as much as
 * all else that we do. Whoever leaks again and again is found out all the same.
 */
final class CallSites {
    private static final long PAUSE_NANOS = 1_000_000;
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final String OURS = CallSites.class.getPackageName() + ".";

    private final TimeSource time;
    /** Two threads may look at once, which does no harm. */
    private volatile long lastNanos;

    CallSites(TimeSource time) {
        this.time = time;
        this.lastNanos = time.nanoTime() - PAUSE_NANOS;
    }

    /** Not as text yet: that is needed for a leak only, and is most of the cost. */
    Object ofApplication() {
        long now = time.nanoTime();
        if (now - lastNanos < PAUSE_NANOS) {
            return "a place that was not looked at, as another grant had been acquired within the millisecond before";
        }
        lastNanos = now;
        Optional<StackWalker.StackFrame> found = WALKER.walk(frames ->
                frames.filter(frame -> !frame.getClassName().startsWith(OURS)).findFirst());
        return found.isPresent() ? found.get() : "an unknown place";
    }
}
