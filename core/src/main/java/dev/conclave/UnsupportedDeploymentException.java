package dev.conclave;

import org.jspecify.annotations.Nullable;

/**
 * The backend as deployed cannot keep a promise that the driver makes or the application requires;
 * for example a network file system under {@code file:}. The message gives the reason and the remedy.
 */
public final class UnsupportedDeploymentException extends ConclaveException {
    /** Names what was found, why it is refused, and the remedy. */
    public UnsupportedDeploymentException(String message) {
        this(message, null);
    }

    /** As {@link #UnsupportedDeploymentException(String)}, with the failure that showed it. */
    public UnsupportedDeploymentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
