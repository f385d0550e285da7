package dev.conclave.table;

import java.util.Collection;

/**
 * What must outlive the machine's crash: which groups exist, and which serial numbers may have been given.
 * Everything is on the disk when a method returns.
 */
public interface Ledger {
    /** Adds that a group was created, and returns the ledger's new length. */
    long created(long length, String group);

    /** Adds that a group was deleted, and returns the ledger's new length. */
    long deleted(long length, String group);

    /** Adds up to which serial numbers may be given, and returns the ledger's new length. */
    long reserved(long length, long mark);

    /** Replaces all of it and returns its length. */
    long rewrite(Collection<String> groups, long mark);

    /** What is written. */
    Contents read();

    /**
     * The ledger as read.
     *
     * @param groups the groups that exist
     * @param mark the last serial number that may have been given
     */
    record Contents(Collection<String> groups, long mark) {}
}
