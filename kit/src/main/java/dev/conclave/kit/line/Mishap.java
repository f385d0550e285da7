package dev.conclave.kit.line;

/** What can happen to one step. */
public enum Mishap {
    /** The request never reaches the backend, and nobody says so. */
    REQUEST_LOST,
    /** The step takes effect, but its reply never comes. */
    REPLY_LOST,
    /** The step fails at once, without effect, as when a connection is refused. */
    REFUSED
}
