package dev.conclave.bench;

/** What a contestant can do, and so which workloads it takes part in. */
public enum Feature {
    /** Locks and unlocks without waiting. */
    LOCK,
    /** Waits for a lock that another process holds, and may be used for leadership therefore. */
    WAIT,
    /** Keeps a thousand locks at once by its own means, renewing them where they would expire. */
    HOLD_MANY,
    /** Groups that can be joined and watched. */
    GROUP
}
