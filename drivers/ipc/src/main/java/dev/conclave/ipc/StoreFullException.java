package dev.conclave.ipc;

/** The store has no room left. */
final class StoreFullException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String option;

    StoreFullException(String option) {
        super("no room left; see option " + option);
        this.option = option;
    }

    /** The option that decides how much room there is. */
    String option() {
        return option;
    }
}
