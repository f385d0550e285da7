package dev.conclave.kit;

import org.opentest4j.TestAbortedException;

/**
 * A scenario cannot apply to a backend. Recorded with its reason in the results and in the matrix of drivers; never silent.
 */
public final class NotApplicable extends TestAbortedException {
    private static final long serialVersionUID = 1L;

    private NotApplicable(String reason) {
        super(reason);
    }

    /**
     * Why the scenario does not apply.
     *
     * @param reason completes "not applicable, because ..."
     */
    public static NotApplicable because(String reason) {
        return new NotApplicable(reason);
    }
}
