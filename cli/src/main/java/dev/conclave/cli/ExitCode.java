package dev.conclave.cli;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
import dev.conclave.ConflictException;
import dev.conclave.LockBusyException;
import dev.conclave.MisconfiguredException;
import dev.conclave.SessionLostException;
import dev.conclave.UnsupportedDeploymentException;

/** What conclave's exit codes mean; those from 64 to 78 are the ones of {@code sysexits.h}. A command's own codes pass through. */
final class ExitCode {
    static final int OK = 0;
    static final int USAGE = 64;
    static final int CONFLICT = 65;
    static final int UNREACHABLE = 69;
    static final int INTERNAL = 70;
    static final int BUSY = 75;
    static final int UNSUPPORTED = 78;
    static final int LOST = 121;
    static final int CANNOT_EXECUTE = 126;
    static final int NOT_FOUND = 127;
    /** Nobody reads our output any more; what a program that SIGPIPE killed would return. */
    static final int OUTPUT_CLOSED = 128 + 13;

    private ExitCode() {}

    static int of(ConclaveException failure) {
        if (failure instanceof LockBusyException) {
            return BUSY;
        }
        if (failure instanceof ConflictException) {
            return CONFLICT;
        }
        if (failure instanceof MisconfiguredException) {
            return USAGE;
        }
        if (failure instanceof UnsupportedDeploymentException) {
            return UNSUPPORTED;
        }
        if (failure instanceof BackendUnavailableException || failure instanceof SessionLostException) {
            return UNREACHABLE;
        }
        return INTERNAL;
    }
}
