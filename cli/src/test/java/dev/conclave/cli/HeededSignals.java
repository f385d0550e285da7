package dev.conclave.cli;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Whether a signal that a test sends is heeded where the tests run. */
final class HeededSignals {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

    private HeededSignals() {}

    /** Skips the test if nohup, or a shell that runs it in the background, has the signal ignored from the start. */
    static void assume(String signal) throws IOException {
        assumeFalse(isIgnored(signal), "whoever started the tests has " + signal + " ignored");
    }

    /** As above, and if conclave leaves it to the terminal to give the signal to its command as well. */
    static void assumePassedOn(String signal) throws IOException {
        assume(signal);
        assumeFalse(signal.equals("INT") && Foreground.ownsTerminal(), "the terminal gives Ctrl-C to the command");
    }

    private static boolean isIgnored(String signal) throws IOException {
        int number = NUMBERS.getOrDefault(signal, 0);
        return number > 0
                && Files.exists(STATUS)
                && Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> Long.parseUnsignedLong(
                                line.substring("SigIgn:".length()).strip(), 16))
                        .anyMatch(ignored -> ((ignored >> (number - 1)) & 1) == 1);
    }
}
