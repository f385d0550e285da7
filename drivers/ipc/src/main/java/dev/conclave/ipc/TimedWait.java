package dev.conclave.ipc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/** A {@code semop} that gives up after a while, where the C library has one; elsewhere it waits for as long as it takes. */
final class TimedWait {
    private static final boolean AVAILABLE = isRegistered();

    private TimedWait() {}

    /** Whether it gives up. */
    static boolean isAvailable() {
        return AVAILABLE;
    }

    private static boolean isRegistered() {
        if (!Platform.isLinux()) {
            return false;
        }
        try {
            Native.register(TimedWait.class, NativeLibrary.getProcess());
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false; // an old musl
        }
    }

    private static native int semtimedop(int set, long operations, long count, long timeout);

    /** A {@code struct timespec}. */
    static Memory timeout(long nanos) {
        Memory timespec = new Memory(16);
        timespec.setLong(0, nanos / 1_000_000_000);
        timespec.setLong(8, nanos % 1_000_000_000);
        return timespec;
    }

    /** Returns 0; or -1, with {@link SystemV#EAGAIN} if the time is over. */
    static int semop(int set, long operations, long count, Memory timeout) {
        return AVAILABLE
                ? semtimedop(set, operations, count, Pointer.nativeValue(timeout))
                : SystemV.semop(set, operations, count);
    }
}
