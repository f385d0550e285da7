package dev.conclave.spi;

/**
 * What can be claimed. A lock and an election with one name are two things.
 *
 * @param kind lock or election
 * @param name any non-empty Unicode text up to {@link Names#MAX_NAME_BYTES}
 */
public record ClaimKey(Kind kind, String name) {
    /** The kinds of names that can be claimed. */
    public enum Kind {
        /** Claimed by a lock's grants. */
        LOCK,
        /** Claimed by an election's leader. */
        ELECTION
    }

    /** The same in every run, as an enum's own hash is not: maps of keys iterate alike when a simulation is repeated. */
    @Override
    public int hashCode() {
        return 31 * name.hashCode() + kind.ordinal();
    }

    /** As people read it: {@code lock invoice-42}. */
    @Override
    public String toString() {
        return (kind == Kind.LOCK ? "lock " : "election ") + name;
    }
}
