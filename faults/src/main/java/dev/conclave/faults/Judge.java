package dev.conclave.faults;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Reads the history of a run and decides. */
@FunctionalInterface
interface Judge {
    /** Whether all promises were kept; says what it found. */
    boolean judge(Path folder, PrintStream out) throws IOException;
}
