package dev.conclave;

import org.jspecify.annotations.Nullable;

/**
 * The backend could not be asked, or did not answer in time. What was asked may or may not have
 * happened; Conclave undoes in the background whatever the caller can no longer use.
 */
public final class BackendUnavailableException extends ConclaveException {
    /** Names who did not answer, where, how long it was waited for, and what happens now. */
    public BackendUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return true;
    }
}
