package dev.conclave.ipc;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Group;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Another process that does one thing until it is killed. */
final class Helper {
    static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private Helper() {}

    static Process start(Path output, String... arguments) throws IOException {
        return start(List.of(), CLASS_PATH, output, arguments);
    }

    /** Starts one by a command that changes the user, say. */
    static Process start(List<String> before, String classPath, Path output, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Djna.nosys=true",
                "-cp",
                classPath,
                Helper.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    static StoreSite site(String url) {
        Target target = Target.parse(url, Map.of(), Settings.OPTIONS);
        return new StoreSite(StoreName.of(target), Settings.of(target));
    }

    /** What to do, the store's URL, and what that needs. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "stay in the mutex" -> {
                IpcStore store = (IpcStore) site(arguments[1]).open(Duration.ofSeconds(5));
                store.enter();
                store.table().enter(ProcessHandle.current().pid());
                System.out.println("in the mutex");
            }
            case "connect" -> {
                try (Coordinator coordinator = Conclave.connect(arguments[1], "helper")) {
                    coordinator.lock("of another user").acquire().release();
                    System.out.println("connected");
                } catch (RuntimeException e) {
                    System.out.println("refused: " + e.getMessage());
                }
                return;
            }
            case "hammer" -> hammer(arguments[1], Path.of(arguments[2]), arguments[3]);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        while (true) {
            LockSupport.park();
        }
    }

    /** Counts up in a file that only the lock guards, and notes by itself how often it did. */
    private static void hammer(String url, Path work, String name) throws Exception {
        FileChannel counter = open(work.resolve("counter"));
        FileChannel own = open(work.resolve("done-" + name));
        Coordinator coordinator = Conclave.connect(url, name);
        Group group = coordinator.group("workers");
        for (long done = 1; true; done++) {
            try (var grant = coordinator.lock("counter").acquire()) {
                count(counter, grant.fencingToken());
                write(own, done);
            }
            group.join().leave();
            coordinator.lock("only " + done + name).acquire().release();
        }
    }

    private static void count(FileChannel counter, long token) throws IOException {
        ByteBuffer words = read(counter, 3);
        if (words.getLong(8) >= token) {
            throw new IllegalStateException("token " + token + " after " + words.getLong(8));
        }
        long mark = System.nanoTime();
        write(counter, words.getLong(0), token, mark);
        Thread.onSpinWait();
        ByteBuffer again = read(counter, 3);
        if (again.getLong(16) != mark || again.getLong(0) != words.getLong(0)) {
            throw new IllegalStateException("two were in at once");
        }
        write(counter, words.getLong(0) + 1);
    }

    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void write(FileChannel channel, long... words) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * 8);
        for (long word : words) {
            bytes.putLong(word);
        }
        channel.write(bytes.flip(), 0);
    }

    static ByteBuffer read(FileChannel channel, int words) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(words * 8);
        int read = 0;
        while (read >= 0 && bytes.hasRemaining()) {
            read = channel.read(bytes, bytes.position());
        }
        return bytes.clear();
    }
}
