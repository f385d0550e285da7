package dev.conclave.cli;

import org.jspecify.annotations.Nullable;

/** Ends the run with an exit code, and one line for the person who called. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    Failure(int exitCode, String message) {
        this(exitCode, message, null);
    }

    Failure(int exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static Failure usage(String message) {
        return new Failure(ExitCode.USAGE, message);
    }

    static Failure conflict(String message) {
        return new Failure(ExitCode.CONFLICT, message);
    }

    int exitCode() {
        return exitCode;
    }
}
