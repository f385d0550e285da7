package dev.conclave.cli;

/** Whoever read our output has gone, as {@code head} does; there is nothing left to do and nobody to tell. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;
}
