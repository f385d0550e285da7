package dev.conclave.spi;

import java.time.Instant;

/**
 * A member as a group's roster lists it.
 *
 * @param id which joining of whom; no two entries of a roster have one member id
 * @param capabilities a JSON object on one line
 * @param joinedAt when it was enrolled, by the backend's clock where it has one
 * @param updatedAt when the capabilities last changed, by the same clock
 */
public record RosterEntry(EnrolmentId id, String capabilities, Instant joinedAt, Instant updatedAt) {}
