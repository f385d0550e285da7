package dev.conclave;

import org.jspecify.annotations.Nullable;

/**
 * A mistake in a URL, an option, a name or a credential. Trying again changes nothing; the message
 * says what to mend.
 */
public final class MisconfiguredException extends ConclaveException {
    /** Names what is wrong and what would be right. */
    public MisconfiguredException(String message) {
        this(message, null);
    }

    /** As {@link #MisconfiguredException(String)}, with the client library's own words kept as the cause. */
    public MisconfiguredException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean isTransient() {
        return false;
    }
}
