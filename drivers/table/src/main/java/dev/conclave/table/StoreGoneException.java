package dev.conclave.table;

/** The store was taken away under its users, with all that was in it. Whoever comes next makes a new one. */
public final class StoreGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says how it was noticed. */
    public StoreGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
