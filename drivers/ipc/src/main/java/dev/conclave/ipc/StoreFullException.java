package dev.conclave.ipc;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The store has no room left; as {@link dev.conclave.table.Space#grow} says it of a disk. */
final class StoreFullException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    private final String option;

    StoreFullException(String option) {
        super(new IOException("no room left; see option " + option));
        this.option = option;
    }

    /** The option that decides how much room there is. */
    String option() {
        return option;
    }
}
