package dev.conclave.spi;

/**
 * A request to be listed in a group.
 *
 * @param session who
 * @param group where
 * @param capabilities a JSON object on one line
 * @param createGroup whether a missing group is created in the same step
 * @param takeOver whether an older incarnation of the same member id is removed in the same step
 */
public record Enrolment(
        SessionId session, String group, String capabilities, boolean createGroup, boolean takeOver) {}
