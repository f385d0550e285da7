package dev.conclave;

/** The member is in the group already, by this coordinator or, if take-over was refused, by another. */
public final class MemberAlreadyJoinedException extends ConflictException {
    /** Names the member and the group. */
    public MemberAlreadyJoinedException(String message) {
        super(message);
    }
}
