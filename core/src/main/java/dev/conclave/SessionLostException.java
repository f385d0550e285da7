package dev.conclave;

/**
 * The member's session ended while the call was under way, so that its effect is gone with the
 * session. The coordinator opens a new session by itself; the call may be made again.
 */
public final class SessionLostException extends ConclaveException {
    /** Names the member, and why its session ended where that is known. */
    public SessionLostException(String message) {
        super(message, null);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
