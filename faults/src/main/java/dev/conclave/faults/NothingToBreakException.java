package dev.conclave.faults;

/** Nothing of what was asked for can be broken on a site. */
final class NothingToBreakException extends Exception {
    private static final long serialVersionUID = 1;

    NothingToBreakException(String message) {
        super(message);
    }
}
