package dev.conclave.spi;

/** What {@link Driver#release} found. */
public enum Released {
    /** The claim was held until now. */
    HELD,
    /** The request was waiting until now. */
    WAITING,
    /** There was no such claim or request. */
    NOTHING
}
