package dev.conclave;

/** {@link Group#delete()} found live members in the group; it is unchanged. */
public final class GroupNotEmptyException extends ConflictException {
    /** Names the group. */
    public GroupNotEmptyException(String message) {
        super(message);
    }
}
