package dev.conclave.ipc;

import com.sun.jna.Memory;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import dev.conclave.table.StoreGoneException;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A store's shared memory: a header that says whose it is, a mailbox for each place, and the table.
 *
 * <p>A first magic number says that it is being made, and another, written last, that it is whole: who dies in between
 * leaves what the next one can tell from another program's memory.
 */
final class Segment {
    static final int HEADER = 4096;
    /** "CONCLIPC" as it stands in the memory. */
    private static final long MAGIC_NUMBER = 0x4350494c_434e4f43L;

    private static final long UNFINISHED_NUMBER = 0x454b414d_434e4f43L; // "CONCMAKE"
    private static final long VERSION_NUMBER = 1;

    // Magic, version and the set's id stay where they are in all versions.
    private static final int MAGIC = 0;
    private static final int VERSION = 8;
    private static final int SET = 16;
    private static final int PLACES = 24;
    private static final int NAME_LENGTH = 32;
    private static final int NAME = 40;

    /** Offsets in a {@code struct shmid_ds}, which is much smaller than this buffer. */
    private static final int STATUS = 256;

    private static final int STATUS_OWNER = Platform.isMac() ? 0 : 4;
    private static final int STATUS_SIZE = Platform.isMac() ? 24 : 48;

    private final int id;
    private final int owner;
    private final long address;
    private final ByteBuffer bytes;

    private Segment(int id, int owner, long address, int size) {
        this.id = id;
        this.owner = owner;
        this.address = address;
        this.bytes = new Pointer(address).getByteBuffer(0, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The segment under a key, or -1. */
    static int find(int key) throws IOException {
        int id = SystemV.shmget(key, 0, 0);
        if (id < 0 && SystemV.errno() != SystemV.ENOENT) {
            throw new SystemVException("shmget", SystemV.errno());
        }
        return id;
    }

    /** Makes a segment of zeroes, which nobody else must do at that time. */
    static int create(int key, int size, int mode) throws IOException {
        int id = SystemV.shmget(key, size, SystemV.IPC_CREAT | SystemV.IPC_EXCL | mode);
        if (id < 0) {
            throw new SystemVException("shmget", SystemV.errno());
        }
        return id;
    }

    /** Maps a segment into this process. */
    static Segment attach(int id) throws IOException {
        return attach(id, 0);
    }

    /** Maps a segment so that it can only be read: a store to it would crash the JVM. */
    static Segment attachToRead(int id) throws IOException {
        return attach(id, SystemV.SHM_RDONLY);
    }

    private static Segment attach(int id, int flags) throws IOException {
        try (Memory status = new Memory(STATUS)) {
            if (SystemV.shmctl(id, SystemV.IPC_STAT, Pointer.nativeValue(status)) < 0) {
                throw failure("shmctl");
            }
            long address = SystemV.shmat(id, 0, flags);
            if (address == -1) {
                throw failure("shmat");
            }
            int size = (int) Math.min(Integer.MAX_VALUE, status.getLong(STATUS_SIZE));
            return new Segment(id, status.getInt(STATUS_OWNER), address, size);
        }
    }

    private static SystemVException failure(String call) {
        SystemVException refused = new SystemVException(call, SystemV.errno());
        if (isGone(refused.errno())) {
            throw new StoreGoneException("its shared memory was removed", refused);
        }
        return refused;
    }

    private static boolean isGone(int errno) {
        return errno == SystemV.EIDRM || errno == SystemV.EINVAL;
    }

    int id() {
        return id;
    }

    int size() {
        return bytes.limit();
    }

    /** The number of the user whose it is. */
    int owner() {
        return owner;
    }

    /** Whether a store of any version is in it. */
    boolean isStore() {
        return size() >= HEADER && bytes.getLong(MAGIC) == MAGIC_NUMBER;
    }

    /** Whether its maker died before it was whole: it is being made, or still as the kernel made it. */
    boolean isUnfinished() {
        return size() >= HEADER && (bytes.getLong(MAGIC) == UNFINISHED_NUMBER || isBlank());
    }

    private boolean isBlank() {
        for (int at = 0; at < HEADER; at += 8) {
            if (bytes.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }

    long version() {
        return bytes.getLong(VERSION);
    }

    static long ownVersion() {
        return VERSION_NUMBER;
    }

    /** The set of semaphores that goes with it. */
    int set() {
        return bytes.getInt(SET);
    }

    int places() {
        return bytes.getInt(PLACES);
    }

    /** The full name of the store, or null if the header is not one that we wrote. */
    @Nullable
    String name() {
        int length = bytes.getInt(NAME_LENGTH);
        if (length < 0 || length > HEADER - NAME) {
            return null;
        }
        byte[] name = new byte[length];
        bytes.get(NAME, name);
        return new String(name, StandardCharsets.UTF_8);
    }

    /** Says whose it is, except that it is ready. */
    void describe(int set, int places, String fullName) {
        byte[] name = fullName.getBytes(StandardCharsets.UTF_8);
        bytes.putLong(MAGIC, UNFINISHED_NUMBER);
        VarHandle.releaseFence();
        bytes.putLong(VERSION, VERSION_NUMBER);
        bytes.putInt(SET, set);
        bytes.putInt(PLACES, places);
        bytes.putInt(NAME_LENGTH, name.length);
        bytes.put(NAME, name);
    }

    /** Says that it is ready. */
    void publish() {
        VarHandle.releaseFence();
        bytes.putLong(MAGIC, MAGIC_NUMBER);
    }

    /** Where the table begins. */
    static int tableOffset(int places) {
        return HEADER + places * Mailbox.SIZE;
    }

    ByteBuffer table() {
        int offset = tableOffset(places());
        return bytes.slice(offset, size() - offset);
    }

    Mailbox mailbox(int place) {
        return new Mailbox(bytes.slice(HEADER + place * Mailbox.SIZE, Mailbox.SIZE));
    }

    /** Takes it out of this process's memory; whoever touches it afterwards crashes the JVM. */
    void detach() {
        SystemV.shmdt(address);
    }

    /** Takes a segment away from those who come later; those who have it keep it until they detach it. */
    static void remove(int id) throws IOException {
        if (SystemV.shmctl(id, SystemV.IPC_RMID, 0) < 0 && !isGone(SystemV.errno())) {
            throw new SystemVException("shmctl", SystemV.errno());
        }
    }
}
