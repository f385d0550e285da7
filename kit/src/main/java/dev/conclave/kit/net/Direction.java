package dev.conclave.kit.net;

/** Which way something travels between a member and its backend. */
public enum Direction {
    /** Requests. */
    TO_BACKEND,
    /** Replies and notifications. */
    TO_MEMBER
}
