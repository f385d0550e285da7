package dev.conclave;

/** What was asked does not fit what is there: the group exists, is unknown, is not empty, and so on. */
public abstract sealed class ConflictException extends ConclaveException
        permits GroupAlreadyExistsException,
                GroupNotFoundException,
                GroupNotEmptyException,
                MemberAlreadyJoinedException,
                MemberNotJoinedException {
    ConflictException(String message) {
        super(message, null);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
