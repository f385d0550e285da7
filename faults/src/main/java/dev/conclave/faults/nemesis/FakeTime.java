package dev.conclave.faults.nemesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The wall clock that one member's processes see, by libfaketime, which stands between a process and its C library and reads an offset from a file.
 *
 * <p>It is told to leave the monotonic clock alone, and how to understand waits on it: without {@code FAKETIME_FORCE_MONOTONIC_FIX=0} it takes the
 * JVM's timed waits, which go by the monotonic clock, for ones by the wall clock, and they return at once. Nor must it change the times of files.
 */
public final class FakeTime {
    private static final List<Path> LIBRARIES =
            List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"), Path.of("/usr/local/lib"));
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private final Path library;
    private final Path offset;

    private FakeTime(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** A clock that is right at first; empty if the library is not installed. */
    public static Optional<FakeTime> in(Path folder, String member) throws IOException {
        Optional<Path> library = library();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        FakeTime clock =
                new FakeTime(library.get(), folder.resolve(member + ".clock").toAbsolutePath());
        clock.set(0);
        return Optional.of(clock);
    }

    /** Where the library is, if anywhere. */
    public static Optional<Path> library() throws IOException {
        for (Path root : LIBRARIES) {
            if (Files.isRegularFile(root.resolve(LIBRARY))) {
                return Optional.of(root.resolve(LIBRARY));
            }
            try (Stream<Path> folders = Files.isDirectory(root) ? Files.list(root) : Stream.empty()) {
                Optional<Path> found = folders.map(folder -> folder.resolve(LIBRARY))
                        .filter(Files::isRegularFile)
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** What a process needs in its environment to see this clock. */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD", library.toString(),
                "FAKETIME_TIMESTAMP_FILE", offset.toString(),
                "FAKETIME_NO_CACHE", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", "0",
                "NO_FAKE_STAT", "1");
    }

    /** Sets it so many seconds off. */
    public void set(long seconds) throws IOException {
        Path next = offset.resolveSibling(offset.getFileName() + ".next");
        Files.writeString(next, String.format("%+d%n", seconds));
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes what the library leaves of a process that was killed. */
    public static void forget(long pid) throws IOException {
        Files.deleteIfExists(SHARED_MEMORY.resolve("faketime_shm_" + pid));
        Files.deleteIfExists(SHARED_MEMORY.resolve("sem.faketime_sem_" + pid));
    }
}
