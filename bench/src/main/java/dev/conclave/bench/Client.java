package dev.conclave.bench;

/** A contestant's connection to its backend, with whatever defaults it has. Its threads share it. */
public interface Client extends AutoCloseable {
    /** A handle on the lock of that name. */
    Mutex mutex(String name) throws Exception;

    /** A handle on the election of that name. */
    default Candidate candidate(String election) throws Exception {
        return Candidate.holding(mutex(election));
    }

    /** A handle on the group of that name, for contestants with {@link Feature#GROUP}. */
    default Roster roster(String group) throws Exception {
        throw new UnsupportedOperationException("no groups");
    }

    /** Lists members in a group until this client has listed that many, for contestants with {@link Feature#GROUP}. They stay while this process lives. */
    default void crowd(String group, int members) throws Exception {
        throw new UnsupportedOperationException("no groups");
    }

    @Override
    void close() throws Exception;
}
