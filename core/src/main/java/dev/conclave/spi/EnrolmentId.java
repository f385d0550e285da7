package dev.conclave.spi;

/**
 * One joining of a group: the identity of a membership. Never reused, so that a late step for an
 * earlier membership touches no later one.
 *
 * @param session who
 * @param group where
 * @param sequence distinguishes the session's joinings; grows
 */
public record EnrolmentId(SessionId session, String group, long sequence) {}
