package dev.conclave.faults;

import java.io.PrintStream;
import java.time.Duration;

/** Tells people how a run goes: one line that is written anew on a terminal, a line every ten seconds elsewhere. */
final class Progress {
    private static final long EVERY = Duration.ofSeconds(10).toNanos();

    private final PrintStream out;
    /** On a JDK from 22 on this may be so elsewhere, too: then lines are written anew there. */
    @SuppressWarnings("SystemConsoleNull")
    private final boolean terminal = System.console() != null;

    private long told;
    private int width;

    Progress(PrintStream out) {
        this.out = out;
    }

    /** Says what is so now. */
    void now(String line) {
        if (terminal) {
            out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            out.flush();
            width = line.length();
        } else if (told == 0 || System.nanoTime() - told >= EVERY) {
            out.println(line);
            told = System.nanoTime();
        }
    }

    /** Says what will not be said again. */
    void say(String line) {
        if (width > 0) {
            out.println();
            width = 0;
        }
        out.println(line);
    }
}
