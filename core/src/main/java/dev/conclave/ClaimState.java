package dev.conclave;

/** The states of a {@link Claim}: HELD and AT_RISK alternate until one of the two final ones. */
public enum ClaimState {
    /** Held, and the last renewal was confirmed. */
    HELD,
    /** Held and still valid, but renewals are failing or late. Finish or stop what cannot be undone. */
    AT_RISK,
    /** Taken away: expired, broken, forgotten or taken over. Final. */
    LOST,
    /** Given up by its holder. Final. */
    RELEASED
}
