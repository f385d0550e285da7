package dev.conclave.engine;

/** Where in the application a grant was acquired: one frame, as a whole stack trace would cost too much per grant. */
final class CallSite {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final String OURS = CallSite.class.getPackageName() + ".";

    private CallSite() {}

    static String ofApplication() {
        return WALKER.walk(
                frames -> frames.dropWhile(frame -> frame.getClassName().startsWith(OURS))
                        .findFirst()
                        .map(StackWalker.StackFrame::toString)
                        .orElse("an unknown place"));
    }
}
