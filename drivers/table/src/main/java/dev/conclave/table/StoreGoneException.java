package dev.conclave.table;

import org.jspecify.annotations.Nullable;

/** The store was taken away under its users, with all that was in it. Whoever comes next makes a new one. */
public final class StoreGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Says how it was noticed. */
    public StoreGoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
