package dev.conclave.faults.checker;

import java.util.List;

/**
 * Something that must not be.
 *
 * @param sentence what, with names, tokens, and seconds since the run began
 * @param evidence the entries that show it, a line each
 */
public record Finding(String sentence, List<String> evidence) {
    /** Copies the list. */
    public Finding {
        evidence = List.copyOf(evidence);
    }

    @Override
    public String toString() {
        return evidence.isEmpty() ? sentence : sentence + "\n    " + String.join("\n    ", evidence);
    }
}
