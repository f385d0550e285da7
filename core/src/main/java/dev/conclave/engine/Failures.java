package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What went wrong, in our own words. */
final class Failures {
    private static final String UNEXPECTED = "the driver failed unexpectedly: ";

    private Failures() {}

    /** The failure itself, without the wrappings of futures; one of ours, or made one of ours. */
    static RuntimeException of(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof ConclaveException || cause instanceof Closed) {
            return (RuntimeException) cause;
        }
        return new BackendUnavailableException(UNEXPECTED + cause, cause);
    }

    /** As above, but a driver's mistake is told as what it is: nothing is held yet for which it were worth trying again. */
    static RuntimeException ofConnecting(Throwable failure) {
        return unwrapped(failure) instanceof RuntimeException ours ? ours : of(failure);
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Whether a backend that is away is all that is wrong. */
    static boolean isOutage(RuntimeException failure) {
        String message = failure.getMessage();
        return isTransient(failure) && (message == null || !message.startsWith(UNEXPECTED));
    }

    /** What was asked of a coordinator that is closed. */
    static IllegalStateException closed(String message) {
        return new Closed(message);
    }

    /** Whether only that is wrong: what was under way ends with its coordinator. */
    static boolean isClosed(RuntimeException failure) {
        return failure instanceof Closed;
    }

    /** Told from a driver's, or its client's, own: those are failures like any other, and another attempt may help. */
    private static final class Closed extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Closed(String message) {
            super(message);
        }
    }

    /** Whether asking again may help. */
    static boolean isTransient(RuntimeException failure) {
        return failure instanceof ConclaveException ours && ours.isTransient();
    }
}
