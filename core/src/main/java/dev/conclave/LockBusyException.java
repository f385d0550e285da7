package dev.conclave;

/** Other members held the lock for as long as the caller was ready to wait. Nothing is left behind. */
public final class LockBusyException extends ConclaveException {
    /** Names the lock and how long it was waited for. */
    public LockBusyException(String message) {
        super(message, null);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
