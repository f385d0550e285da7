package dev.conclave.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names this run of the machine and its monotonic clock. What was stored in another run is void, since all
 * that lived then is dead; and times of another clock cannot be compared with ours.
 */
public final class Run {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** Containers can have monotonic clocks with other origins. */
    private static final Path CLOCK = Path.of("/proc/self/ns/time");

    private Run() {}

    /** 128 bits; the same for all processes where the system does not say: see {@link #isKnown}. */
    public static long[] id() {
        return id(BOOT_ID);
    }

    static long[] id(Path bootId) {
        try {
            String clock = Files.exists(CLOCK) ? Files.readSymbolicLink(CLOCK).toString() : "";
            ByteBuffer words =
                    ByteBuffer.wrap(Digests.sha256(Files.readString(bootId).trim() + " " + clock));
            return new long[] {words.getLong(), words.getLong()};
        } catch (IOException e) {
            return new long[2]; // another system, or a container that does not show it
        }
    }

    /** Whether the system says which run this is. Otherwise it is this one for as long as anybody lives. */
    public static boolean isKnown(long[] id) {
        return id[0] != 0 || id[1] != 0;
    }
}
