package dev.conclave.spi;

/**
 * Who: one run of a member. The incarnation alone identifies the session.
 *
 * @param member the name that the application chose
 * @param incarnation the random id of this session, 26 characters of {@code [0-9a-z]}, never reused
 */
public record SessionId(String member, String incarnation) {}
