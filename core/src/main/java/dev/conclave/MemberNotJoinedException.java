package dev.conclave;

/** The member is not in the group (any more). */
public final class MemberNotJoinedException extends ConflictException {
    /** Names the member and the group. */
    public MemberNotJoinedException(String message) {
        super(message);
    }
}
