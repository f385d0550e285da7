package dev.conclave.spi;

/** What came of {@link Driver#deleteGroup}. */
public enum GroupDeletion {
    /** The group is gone. */
    DELETED,
    /** There was no such group. */
    NO_GROUP,
    /** It has members whose sessions live. */
    NOT_EMPTY
}
