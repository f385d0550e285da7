package dev.conclave.faults.checker;

import java.util.List;

/**
 * What one check came to.
 *
 * @param number of the check, see {@link Check}
 * @param title what it decides
 * @param decided how many times it had something to decide; 0 is no pass
 * @param violations how many were decided against
 * @param findings the first of these
 */
public record Result(int number, String title, long decided, long violations, List<Finding> findings) {
    /** How a check can end. */
    public enum Outcome {
        /** It had something to decide, and all was well. */
        HELD,
        /** The history has nothing by which it could decide. */
        NOTHING_TO_DECIDE,
        /** Something was not as it must be. */
        VIOLATED
    }

    /** Copies the list. */
    public Result {
        findings = List.copyOf(findings);
    }

    /** How the check ended. */
    public Outcome outcome() {
        if (violations > 0) {
            return Outcome.VIOLATED;
        }
        return decided > 0 ? Outcome.HELD : Outcome.NOTHING_TO_DECIDE;
    }
}
