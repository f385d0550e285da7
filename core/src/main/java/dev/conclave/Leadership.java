package dev.conclave;

/** One term of a candidate that won an {@link Election}. Thread-safe. */
public interface Leadership extends Claim {
    /** The fencing token of this win; terms of one election grow strictly. */
    default long term() {
        return fencingToken();
    }
}
