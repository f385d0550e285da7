package dev.conclave.file;

import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.Target;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Another process that does one thing and then stays until it is killed. */
final class Helper {
    /** Or the collector would close its channel. */
    private static @Nullable FileLock kept;

    private Helper() {}

    /** What to do, the store's directory, and what that needs. */
    public static void main(String[] arguments) throws Exception {
        Path store = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "hold" -> {
                Member member = Member.of(store, "holder", Duration.parse(arguments[3]));
                System.out.println("token " + member.acquire(member.request(arguments[2])));
            }
            case "try" -> {
                Member member = Member.of(store, "trier");
                ClaimReply reply = member.claim(member.request(arguments[2]));
                System.out.println(reply instanceof ClaimReply.Granted ? "granted" : "busy");
                member.close();
                return;
            }
            case "stay in the mutex" -> {
                var files = StoreFiles.open(StoreDirectory.open(target(store)), Duration.ofSeconds(5));
                files.enter();
                files.table().enter(ProcessHandle.current().pid());
                System.out.println("in the mutex");
            }
            case "stay in the gate" -> {
                kept = FileChannel.open(store.resolve("conclave/mutex"), StandardOpenOption.WRITE)
                        .lock(0, 1, false);
                System.out.println("in the gate by " + kept);
            }
            case "ask for ever" -> {
                kept = FileChannel.open(store.resolve("conclave/alive"), StandardOpenOption.READ)
                        .lock(Long.parseLong(arguments[2]), 1, true);
                System.out.println("asking by " + kept);
            }
            case "stay in a run that has no name" -> {
                StoreFiles.open(StoreDirectory.open(target(store)), Duration.ofSeconds(5), new long[2]);
                System.out.println("open");
            }
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        while (true) {
            LockSupport.park();
        }
    }

    private static Target target(Path store) {
        return Target.parse("file:" + store, Map.of(), List.of());
    }
}
