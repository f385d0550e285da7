package dev.conclave;

/** The ways in which a {@link Claim} or a {@link Membership} ends. */
public enum LossReason {
    /** Its holder released, resigned, left, or closed the coordinator. */
    RELEASED,
    /** No renewal was confirmed for the session's time-to-live: the process was paused or cut off. */
    EXPIRED,
    /** The backend said that the session is gone, or that it no longer knows of the claim. */
    FORGOTTEN,
    /** The time that {@link LockOptions#lease()} or {@link LockOptions#maxHold()} allowed is over. */
    TIME_LIMIT,
    /** A newer incarnation of the same member took over. */
    TAKEN_OVER
}
