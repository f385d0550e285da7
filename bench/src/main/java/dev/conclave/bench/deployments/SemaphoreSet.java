package dev.conclave.bench.deployments;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/** A set of plain System V semaphores for contestants on `ipc`; each is 0 while nobody has it, and 1 while somebody has. */
public final class SemaphoreSet {
    /** Names whose hashes are neighbours get different ones, up to this many. */
    private static final int SIZE = 1_024;

    private static final int IPC_CREAT = 0x200;
    private static final int IPC_EXCL = 0x400;
    private static final int IPC_RMID = 0;
    private static final int OWNER_ONLY = 0x180;
    private static final short IPC_NOWAIT = 0x800;
    private static final short SEM_UNDO = 0x1000;
    private static final int EINTR = 4;
    private static final int BYTES_PER_STEP = 6;

    static {
        Native.register(SemaphoreSet.class, NativeLibrary.getProcess());
    }

    private final int id;

    private SemaphoreSet(int id) {
        this.id = checked(id, "semget");
    }

    static SemaphoreSet create(String url) {
        return new SemaphoreSet(semget(key(url), SIZE, IPC_CREAT | IPC_EXCL | OWNER_ONLY));
    }

    /** The set of a deployment. */
    public static SemaphoreSet of(String url) {
        return new SemaphoreSet(semget(key(url), 0, 0));
    }

    private static int key(String url) {
        // Not 0, which means a private set.
        return url.hashCode() | 1;
    }

    void remove() {
        checked(semctl(id, 0, IPC_RMID), "semctl");
    }

    /** One semaphore, to be used by one thread. */
    public final class Handle {
        private final Memory take;
        private final Memory giveBack;

        private Handle(int number, boolean undone) {
            short undo = undone ? SEM_UNDO : 0;
            short noWait = undone ? 0 : IPC_NOWAIT;
            // Both at once or not at all: that it is 0, and that it becomes 1.
            take = new Memory(2 * BYTES_PER_STEP);
            step(take, 0, number, 0, noWait);
            step(take, 1, number, 1, (short) (undo | IPC_NOWAIT));
            giveBack = new Memory(BYTES_PER_STEP);
            step(giveBack, 0, number, -1, (short) (undo | IPC_NOWAIT));
        }

        /** Waits until nobody has it, and takes it; fails if the handle does not wait. */
        public void take() {
            run(take, 2);
        }

        /** Gives it up. */
        public void giveBack() {
            run(giveBack, 1);
        }

        private void run(Memory steps, long count) {
            int status = semop(id, Pointer.nativeValue(steps), count);
            while (status != 0 && Native.getLastError() == EINTR) {
                status = semop(id, Pointer.nativeValue(steps), count);
            }
            checked(status, "semop");
        }
    }

    private static void step(Memory steps, int index, int number, int change, short flags) {
        long offset = (long) index * BYTES_PER_STEP;
        steps.setShort(offset, (short) number);
        steps.setShort(offset + 2, (short) change);
        steps.setShort(offset + 4, flags);
    }

    /**
     * A handle on the semaphore for a name.
     *
     * @param lock whether it waits, and is freed when its process ends; otherwise it does neither
     */
    public Handle handle(String name, boolean lock) {
        return new Handle(Math.floorMod(name.hashCode(), SIZE), lock);
    }

    private static int checked(int result, String call) {
        if (result < 0) {
            throw new IllegalStateException(call + " failed with errno " + Native.getLastError());
        }
        return result;
    }

    private static native int semget(int key, int count, int flags);

    private static native int semctl(int set, int number, int command);

    private static native int semop(int set, long operations, long count);
}
