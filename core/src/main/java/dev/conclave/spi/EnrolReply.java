package dev.conclave.spi;

/** What came of {@link Driver#enrol}. */
public enum EnrolReply {
    /** The session is listed, by this call or an earlier or later one. */
    ENROLLED,
    /** A live incarnation of the member id is listed and was not to be taken over. */
    TAKEN,
    /** There is no such group, and it was not to be created. */
    NO_GROUP,
    /** The session does not exist (any more). */
    NO_SESSION
}
