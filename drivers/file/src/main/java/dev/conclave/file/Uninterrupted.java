package dev.conclave.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/** File channels close when their thread is interrupted, and threads that call a driver may be. */
final class Uninterrupted {
    private Uninterrupted() {}

    interface Action<T> {
        T run() throws IOException;
    }

    /** Runs an action that can be repeated, and keeps an interrupt for later. */
    static <T> T run(Action<T> action) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
