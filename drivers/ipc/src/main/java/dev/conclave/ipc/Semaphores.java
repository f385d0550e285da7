package dev.conclave.ipc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.conclave.table.StoreGoneException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A store's set of semaphores: number 0 is the gate, which a process is in while it comes to the store; then two for each place, the first of which is 1 for as long as a
 * process lives there, and the second 1 if its bell was rung.
 *
 * <p>All begin at 0, as the kernel makes them, so that a set is whole from its first instant. The gate and the signs of life are
 * taken with {@code SEM_UNDO}: the kernel gives them back when the process dies, not when the thread does that took them. The undo
 * adds and does not set, so that a sign of life that is taken back late harms nobody who came to the place meanwhile.
 */
final class Semaphores {
    private static final int GATE = 0;
    private static final int PER_PLACE = 2;
    /** Two signs of life in one place, of which one is taken back late. */
    private static final int MAX_VALUE = 2;
    /** A {@code struct sembuf}: number, operation, flags. */
    private static final int OPERATION = 6;
    /** To ring a bell two, which are one step for the kernel, and one to wait for it. */
    private static final int BELL_OPERATIONS = 3;

    private final int id;
    private final Memory gateOperations = new Memory(3 * OPERATION);
    private final Memory bellOperations;
    private final Memory slice = TimedWait.timeout(TimeUnit.MILLISECONDS.toNanos(200));
    private final Memory moment = TimedWait.timeout(TimeUnit.MILLISECONDS.toNanos(1));

    private final int count;

    private Semaphores(int id, int count) {
        this.id = id;
        this.count = count;
        int places = count / PER_PLACE;
        put(gateOperations, 0, GATE, 0, 0);
        put(gateOperations, 1, GATE, 1, SystemV.SEM_UNDO);
        put(gateOperations, 2, GATE, -1, SystemV.IPC_NOWAIT | SystemV.SEM_UNDO);
        bellOperations =
                new Memory(Math.max(1, (long) BELL_OPERATIONS * places * OPERATION)); // none, in another program's set
        for (int place = 0; place < places; place++) {
            put(bellOperations, ringing(place), bell(place), 0, SystemV.IPC_NOWAIT);
            put(bellOperations, ringing(place) + 1, bell(place), 1, SystemV.IPC_NOWAIT);
            put(bellOperations, hearing(place), bell(place), -1, 0);
        }
    }

    /** Finds a store's set, or makes it. */
    static Semaphores open(int key, int places, int mode) throws IOException {
        int id = SystemV.semget(key, 0, 0);
        if (id < 0 && SystemV.errno() == SystemV.ENOENT) {
            id = SystemV.semget(key, 1 + PER_PLACE * places, SystemV.IPC_CREAT | SystemV.IPC_EXCL | mode);
            if (id < 0 && SystemV.errno() == SystemV.EEXIST) {
                throw new StoreGoneException(
                        "another process was faster", new SystemVException("semget", SystemV.EEXIST));
            }
        }
        if (id < 0) {
            throw new SystemVException("semget", SystemV.errno());
        }
        return new Semaphores(id, countOf(id));
    }

    /** The set under a key, if there is one. */
    static Optional<Semaphores> find(int key) throws IOException {
        int id = SystemV.semget(key, 0, 0);
        return id < 0 ? Optional.empty() : Optional.of(new Semaphores(id, countOf(id)));
    }

    private static int countOf(int id) throws IOException {
        if (SystemV.semctl(id, GATE, SystemV.GETVAL) < 0) {
            throw failure("semctl", SystemV.errno());
        }
        int there = GATE;
        int notThere = 1 << 16;
        while (notThere - there > 1) {
            int number = (there + notThere) / 2;
            if (SystemV.semctl(id, number, SystemV.GETVAL) >= 0) {
                there = number;
            } else {
                notThere = number;
            }
        }
        return there + 1;
    }

    /** Whether the numbers and the values are such as only a store has: not so those of most other programs. */
    boolean isStore() throws IOException {
        if (count < 1 + PER_PLACE || count % PER_PLACE == 0) {
            return false;
        }
        for (int number = 0; number < count; number++) {
            if (value(number) > MAX_VALUE) {
                return false;
            }
        }
        return true;
    }

    int id() {
        return id;
    }

    int places() {
        return (int) (bellOperations.size() / OPERATION / BELL_OPERATIONS);
    }

    private static int life(int place) {
        return 1 + PER_PLACE * place;
    }

    private static int bell(int place) {
        return life(place) + 1;
    }

    private static int ringing(int place) {
        return BELL_OPERATIONS * place;
    }

    private static int hearing(int place) {
        return ringing(place) + 2;
    }

    private static void put(Memory operations, int index, int number, int change, int flags) {
        long at = (long) index * OPERATION;
        operations.setShort(at, (short) number);
        operations.setShort(at + 2, (short) change);
        operations.setShort(at + 4, (short) flags);
    }

    /** Waits a little for the gate; returns whether it was entered. */
    boolean enterSoon() throws IOException {
        try {
            return isDone(TimedWait.semop(id, Pointer.nativeValue(gateOperations), 2, slice));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    void leave() throws IOException {
        if (!isDone(semop(gateOperations, 2, 1))) {
            throw new IOException("something else changed the semaphore that is the gate");
        }
    }

    /** Gives the sign of life of a process that comes to a place. */
    void arrive(int place) throws IOException {
        change(life(place), 1, SystemV.SEM_UNDO);
    }

    /** Takes it back. */
    void depart(int place) throws IOException {
        change(life(place), -1, SystemV.IPC_NOWAIT | SystemV.SEM_UNDO);
    }

    boolean isAlive(int place) throws IOException {
        return value(life(place)) > 0;
    }

    boolean isGateTaken() throws IOException {
        return value(GATE) > 0;
    }

    private int value(int number) throws IOException {
        int value = SystemV.semctl(id, number, SystemV.GETVAL);
        if (value < 0) {
            throw failure("semctl", SystemV.errno());
        }
        return value;
    }

    int countLiving() throws IOException {
        int living = 0;
        for (int place = 0; place < places(); place++) {
            living += isAlive(place) ? 1 : 0;
        }
        return living;
    }

    /** Rings a process unless its bell is ringing. Never blocks and never fails: who is gone need not be rung. */
    void ring(int place) {
        semop(bellOperations, ringing(place), 2);
    }

    /** Waits until the bell of a place is rung, or a signal comes. */
    void awaitRing(int place) throws IOException {
        isDone(semop(bellOperations, hearing(place), 1));
    }

    /** As above, but for a millisecond at most; a kernel that counts such waits in ticks may take two of these. */
    void awaitRingBriefly(int place) throws IOException {
        try {
            isDone(TimedWait.semop(id, address(bellOperations, hearing(place)), 1, moment));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private boolean change(int number, int change, int flags) throws IOException {
        try (Memory operation = new Memory(OPERATION)) {
            put(operation, 0, number, change, flags);
            return isDone(semop(operation, 0, 1));
        }
    }

    private int semop(Memory operations, int first, int count) {
        try {
            return SystemV.semop(id, address(operations, first), count);
        } finally {
            Reference.reachabilityFence(operations); // or it could be freed while the kernel reads it
        }
    }

    private static long address(Memory operations, int index) {
        return Pointer.nativeValue(operations) + (long) index * OPERATION;
    }

    private static boolean isDone(int result) throws IOException {
        if (result == 0) {
            return true;
        }
        int errno = SystemV.errno();
        if (errno == SystemV.EAGAIN || errno == SystemV.EINTR) {
            return false;
        }
        throw failure("semop", errno);
    }

    private static IOException failure(String call, int errno) {
        SystemVException refused = new SystemVException(call, errno);
        // EINVAL: the set was removed before the call, EIDRM: while it waited.
        if (errno == SystemV.EIDRM || errno == SystemV.EINVAL) {
            throw new StoreGoneException("its semaphores were removed", refused);
        }
        return refused;
    }

    /** Takes the set away from all who use it. */
    void remove() throws IOException {
        if (SystemV.semctl(id, 0, SystemV.IPC_RMID) < 0 && !isGone(SystemV.errno())) {
            throw new SystemVException("semctl", SystemV.errno());
        }
    }

    private static boolean isGone(int errno) {
        return errno == SystemV.EIDRM || errno == SystemV.EINVAL;
    }
}
