package dev.conclave.spi;

/**
 * One request for a name, and the claim that comes of it: the identity of a handle. Never reused.
 *
 * @param key what is claimed
 * @param session who claims
 * @param sequence distinguishes the session's requests; grows
 */
public record ClaimId(ClaimKey key, SessionId session, long sequence) {}
