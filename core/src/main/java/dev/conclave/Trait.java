package dev.conclave;

/**
 * A promise that a driver makes and the conformance kit checks. What a driver does not promise is
 * said by a trait's absence; no feature is missing on any driver.
 *
 * @see Coordinator#requiring(Trait...)
 */
public enum Trait {
    /** Each step takes effect at one instant between call and reply, for all members alike. */
    LINEARIZABLE("every step takes effect at one instant, for all members alike"),

    /** Waiters for a lock are served first come, first served, among those that are alive. */
    FAIR("waiters are served first come, first served"),

    /** Changes are pushed to those who wait or watch; polling is only a safety net. */
    PUSH("changes are pushed, not polled"),

    /** A member whose process ends is seen as gone at once, not after its session's time-to-live. */
    INSTANT_DEATH("a killed member is seen as gone at once"),

    /** Grants, groups and tokens outlive the loss of one server of the backend. */
    SURVIVES_FAILOVER("grants outlive the loss of one server"),

    /** Members on several hosts can meet. Without it, all members must run on one host. */
    MULTI_HOST("members may run on several hosts"),

    /** Members in several processes can meet. Without it, all members must run in one JVM. */
    MULTI_PROCESS("members may run in several processes"),

    /** Created groups and the growth of tokens outlive a restart of the backend or its host. */
    DURABLE("groups and tokens outlive a restart of the backend"),

    /** The backend may forget claims and groups while it runs or restarts; holders are then told. */
    VOLATILE("the backend may forget; holders are then told");

    private final String promise;

    Trait(String promise) {
        this.promise = promise;
    }

    /** The promise as a phrase, for tables and messages. */
    public String promise() {
        return promise;
    }
}
