package dev.conclave.spi;

/** What a signal is about, or can be watched. */
public sealed interface Subject {
    /**
     * The holders of a name, or this session's place in its queue.
     *
     * @param key the name
     */
    record Key(ClaimKey key) implements Subject {}

    /**
     * A group's roster, or its existence.
     *
     * @param name the group
     */
    record Group(String name) implements Subject {}

    /** Which groups exist. */
    record AllGroups() implements Subject {}

    /** A session: renew it now to find out more. */
    record Session() implements Subject {}
}
