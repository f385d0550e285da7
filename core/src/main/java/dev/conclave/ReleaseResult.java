package dev.conclave;

/** What {@link Grant#release()} found. */
public enum ReleaseResult {
    /** The grant stood until now and is given back. */
    RELEASED,
    /** The grant had ended before; nothing of anybody else's was touched. */
    ALREADY_LOST,
    /**
     * The backend did not confirm in time. The grant is no longer valid here; Conclave goes on trying
     * to give it back in the background, and at the latest it ends with the session.
     */
    UNKNOWN
}
