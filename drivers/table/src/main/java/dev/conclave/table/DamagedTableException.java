package dev.conclave.table;

/** The memory holds what no step can have left there: something else wrote to it. */
public final class DamagedTableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says what is wrong with it. */
    public DamagedTableException(String message) {
        super(message);
    }
}
