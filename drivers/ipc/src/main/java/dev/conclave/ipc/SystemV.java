package dev.conclave.ipc;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * The calls of the C library, as they are: -1 and {@link #errno()} say that one failed. Bound directly, since a call through
 * an interface of JNA costs ten times as much. Addresses are {@code long}, which only a 64-bit system has.
 */
final class SystemV {
    // The numbers are the same on Linux and macOS where only one is given.
    static final int IPC_CREAT = 0x200;
    static final int IPC_EXCL = 0x400;
    static final int IPC_RMID = 0;
    static final int IPC_STAT = 2;
    static final int IPC_NOWAIT = 0x800;
    static final int SEM_UNDO = 0x1000;
    static final int SHM_RDONLY = 0x1000;
    static final int GETVAL = Platform.isMac() ? 5 : 12;

    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int E2BIG = 7;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int EAGAIN = Platform.isMac() ? 35 : 11;
    static final int ENOSYS = Platform.isMac() ? 78 : 38;
    static final int EIDRM = Platform.isMac() ? 90 : 43;

    static {
        Native.register(SystemV.class, NativeLibrary.getProcess());
    }

    private SystemV() {}

    static int errno() {
        return Native.getLastError();
    }

    static native int semget(int key, int count, int flags);

    /** With a fourth argument in C, which none of the commands that are used here reads. */
    static native int semctl(int set, int number, int command);

    static native int semop(int set, long operations, long count);

    static native int shmget(int key, long size, int flags);

    static native long shmat(int segment, long address, int flags);

    static native int shmdt(long address);

    static native int shmctl(int segment, int command, long buffer);

    static native int geteuid();
}
