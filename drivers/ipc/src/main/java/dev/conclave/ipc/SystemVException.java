package dev.conclave.ipc;

import java.io.IOException;

/** A call that the kernel refused. */
final class SystemVException extends IOException {
    private static final long serialVersionUID = 1;

    private final String call;
    private final int errno;

    SystemVException(String call, int errno) {
        super(call + " failed: " + name(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The name of the function in C. */
    String call() {
        return call;
    }

    int errno() {
        return errno;
    }

    private static String name(int errno) {
        if (errno == SystemV.EPERM) {
            return "EPERM";
        }
        if (errno == SystemV.E2BIG) {
            return "E2BIG";
        }
        if (errno == SystemV.EACCES) {
            return "EACCES";
        }
        if (errno == SystemV.ENOMEM) {
            return "ENOMEM";
        }
        if (errno == SystemV.ENOSPC) {
            return "ENOSPC";
        }
        if (errno == SystemV.EINVAL) {
            return "EINVAL";
        }
        if (errno == SystemV.ENOSYS) {
            return "ENOSYS";
        }
        return "errno " + errno;
    }
}
