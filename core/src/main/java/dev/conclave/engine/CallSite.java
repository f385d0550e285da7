package dev.conclave.engine;

import java.util.Optional;

/** Where in the application a grant was acquired: one frame, as a whole stack trace would cost too much per grant. */
final class CallSite {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final String OURS = CallSite.class.getPackageName() + ".";

    private CallSite() {}

    /** Not as text yet: that is needed for a leak only, and is most of the cost. */
    static Object ofApplication() {
        Optional<StackWalker.StackFrame> found = WALKER.walk(frames ->
                frames.filter(frame -> !frame.getClassName().startsWith(OURS)).findFirst());
        return found.isPresent() ? found.get() : "an unknown place";
    }
}
