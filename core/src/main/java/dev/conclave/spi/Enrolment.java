package dev.conclave.spi;

/**
 * A request to be listed in a group.
 *
 * @param id identifies it for ever; one that is older than the session's present enrolment in the group
 *     changes nothing
 * @param capabilities a JSON object on one line, its edition 0
 * @param createGroup whether a missing group is created in the same step
 * @param takeOver whether an older incarnation of the same member id is removed in the same step
 */
public record Enrolment(EnrolmentId id, String capabilities, boolean createGroup, boolean takeOver) {}
