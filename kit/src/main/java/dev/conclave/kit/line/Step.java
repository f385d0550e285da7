package dev.conclave.kit.line;

/** The steps of a {@link dev.conclave.spi.Driver} that ask the backend something. */
public enum Step {
    /** {@code openSession}. */
    OPEN_SESSION,
    /** {@code renew}. */
    RENEW,
    /** {@code endSession}. */
    END_SESSION,
    /** {@code claim}. */
    CLAIM,
    /** {@code release}. */
    RELEASE,
    /** {@code inspect}. */
    INSPECT,
    /** {@code list}. */
    LIST,
    /** {@code breakClaim}. */
    BREAK_CLAIM,
    /** {@code createGroup}. */
    CREATE_GROUP,
    /** {@code deleteGroup}. */
    DELETE_GROUP,
    /** {@code groups}. */
    GROUPS,
    /** {@code enrol}. */
    ENROL,
    /** {@code amend}. */
    AMEND,
    /** {@code withdraw}. */
    WITHDRAW,
    /** {@code roster}. */
    ROSTER,
    /** {@code watch}. */
    WATCH
}
