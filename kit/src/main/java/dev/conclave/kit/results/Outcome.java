package dev.conclave.kit.results;

import java.util.Locale;

/** What came of one scenario on one driver. */
public enum Outcome {
    /** The driver does as it should. */
    PASSED,
    /** It does not. */
    FAILED,
    /** The scenario makes no sense on this driver, for a reason that is recorded. */
    NOT_APPLICABLE;

    /** As in the results file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Outcome parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
