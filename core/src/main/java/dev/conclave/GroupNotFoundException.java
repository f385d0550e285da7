package dev.conclave;

/** The group does not exist: it was never created, or it was deleted. */
public final class GroupNotFoundException extends ConflictException {
    /** Names the group, and how to create it. */
    public GroupNotFoundException(String message) {
        super(message);
    }
}
