package dev.conclave.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names this run of the machine and its monotonic clock. What was stored in another run is void, since all
 * that lived then is dead; and times of another clock cannot be compared with ours.
 */
public final class Run {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    /** Containers can have monotonic clocks with other origins. */
    private static final Path CLOCK = Path.of("/proc/self/ns/time");

    private Run() {}

    /** 128 bits; random where the system does not say, which makes the first process begin anew. */
    public static long[] id() {
        try {
            String clock = Files.exists(CLOCK) ? Files.readSymbolicLink(CLOCK).toString() : "";
            ByteBuffer words =
                    ByteBuffer.wrap(Digests.sha256(Files.readString(BOOT_ID).trim() + " " + clock));
            return new long[] {words.getLong(), words.getLong()};
        } catch (IOException e) {
            return new long[] {
                ThreadLocalRandom.current().nextLong(),
                ThreadLocalRandom.current().nextLong()
            };
        }
    }
}
