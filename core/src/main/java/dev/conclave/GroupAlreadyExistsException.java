package dev.conclave;

/** {@link Group#create()} found the group already there; it is unchanged. */
public final class GroupAlreadyExistsException extends ConflictException {
    /** Names the group. */
    public GroupAlreadyExistsException(String message) {
        super(message);
    }
}
