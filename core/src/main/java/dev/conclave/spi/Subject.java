package dev.conclave.spi;

/** What a signal is about, or can be watched. */
public sealed interface Subject {
    /**
     * One of this coordinator's requests that waits: its turn may have come. Signalled without being
     * watched, and only to the request concerned, so that a release costs the same however many wait.
     *
     * @param claim the request
     */
    record Request(ClaimId claim) implements Subject {}

    /**
     * One of this coordinator's sessions: something that it held may have been taken away, so renew
     * now to find out. Signalled without being watched, when a claim is broken, an enrolment taken
     * over, or the session ended by somebody else.
     *
     * @param session whose
     */
    record Session(SessionId session) implements Subject {}

    /**
     * The holders of a name.
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
}
