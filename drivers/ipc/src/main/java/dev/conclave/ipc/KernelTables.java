package dev.conclave.ipc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel says of all segments and sets of this host, or of this container; Linux only. */
final class KernelTables {
    private static final Path SEGMENTS = Path.of("/proc/sysvipc/shm");
    private static final Path SETS = Path.of("/proc/sysvipc/sem");

    private KernelTables() {}

    /**
     * A segment or a set.
     *
     * @param key by which it is found
     * @param id by which it is used
     * @param mode who may do what, as of files
     * @param size how many bytes, or semaphores
     * @param creator the process that made it, or 0 if that is not known
     * @param owner the number of its user
     */
    record Entry(int key, int id, int mode, long size, long creator, int owner) {
        /** For messages. */
        String described() {
            return "it belongs to user " + owner + (creator == 0 ? "" : ", was made by process " + creator)
                    + " and has mode " + Integer.toOctalString(mode);
        }
    }

    /** All segments. */
    static List<Entry> segments() throws IOException {
        return read(SEGMENTS, 4, 7);
    }

    /** The segment under a key, if the kernel tells. */
    static Optional<Entry> segment(int key) throws IOException {
        return segments().stream().filter(entry -> entry.key() == key).findFirst();
    }

    /** The set under a key, if the kernel tells. */
    static Optional<Entry> set(int key) throws IOException {
        return read(SETS, 0, 4).stream().filter(entry -> entry.key() == key).findFirst();
    }

    private static List<Entry> read(Path file, int creatorColumn, int ownerColumn) throws IOException {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        List<Entry> entries = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            List<String> words = List.of(line.trim().split(" +", -1));
            entries.add(new Entry(
                    Integer.parseInt(words.get(0)),
                    Integer.parseInt(words.get(1)),
                    Integer.parseInt(words.get(2), 8) & 0777,
                    Long.parseLong(words.get(3)),
                    creatorColumn == 0 ? 0 : Long.parseLong(words.get(creatorColumn)),
                    (int) Long.parseLong(words.get(ownerColumn))));
        }
        return entries;
    }
}
