package dev.conclave;

import org.jspecify.annotations.Nullable;

/**
 * An outage or a mistake. An expected "no" is a value instead, and the loss of a grant is an event
 * ({@link Claim#lost()}).
 */
public abstract sealed class ConclaveException extends RuntimeException
        permits BackendUnavailableException,
                ConflictException,
                LockBusyException,
                MisconfiguredException,
                SessionLostException,
                UnsupportedDeploymentException {
    ConclaveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Says whether the same call may succeed later although the caller changes nothing. */
    public abstract boolean isTransient();
}
