package dev.conclave.kit.process;

import com.google.gson.JsonObject;
import dev.conclave.Claim;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Lock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Commands about locks and grants. */
final class LockCommands {
    private final Coordinator coordinator;
    private final Telling telling;
    private final Map<Integer, Grant> grants = new ConcurrentHashMap<>();
    private final Map<Integer, Belief> beliefs = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<Void>> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger handles = new AtomicInteger();

    LockCommands(Coordinator coordinator, Telling telling) {
        this.coordinator = coordinator;
        this.telling = telling;
    }

    void addTo(Map<String, Command> commands) {
        commands.put("acquire", a -> granted(lock(a).acquire()));
        commands.put(
                "tryAcquire",
                a -> lock(a).tryAcquire(Duration.ofMillis(a.get("millis").getAsLong()))
                        .map(this::granted)
                        .orElse(null));
        commands.put("increment", this::increment);
        commands.put("isValid", a -> grant(a).isValid());
        commands.put("state", a -> grant(a).state());
        commands.put("token", a -> grant(a).fencingToken());
        commands.put("verify", a -> grant(a).verify());
        commands.put("release", a -> grant(a).release());
        commands.put("write", a -> write(grant(a)));
        commands.put("believe", a -> beliefs.put(handle(a), Belief.in(grant(a))));
        commands.put("belief", a -> belief(Objects.requireNonNull(beliefs.get(handle(a)))));
    }

    /** Once the coordinator is closed: until all has been told, as a JVM that halts waits for no callback. */
    void awaitTold() {
        CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private Lock lock(JsonObject arguments) {
        Lock lock = coordinator.lock(Command.text(arguments, "lock"));
        return arguments.has("shared") && arguments.get("shared").getAsBoolean() ? lock.shared() : lock;
    }

    private static int handle(JsonObject arguments) {
        return arguments.get("handle").getAsInt();
    }

    private Grant grant(JsonObject arguments) {
        return Objects.requireNonNull(grants.get(handle(arguments)), "no such handle");
    }

    private JsonObject granted(Grant grant) {
        long now = System.nanoTime();
        int handle = handles.incrementAndGet();
        grants.put(handle, grant);
        told.add(grant.lost()
                .thenAccept(loss -> telling.tell(
                        "lost", Command.object("handle", handle, "reason", loss.reason(), "valid", grant.isValid()))));
        return Command.object("handle", handle, "token", grant.fencingToken(), "at", now);
    }

    /** Adds to the number in a file, with nothing but the lock to protect it. */
    private Object increment(JsonObject arguments) throws Exception {
        Path file = Path.of(Command.text(arguments, "file"));
        int times = arguments.get("times").getAsInt();
        for (int i = 0; i < times; i++) {
            try (Grant grant = lock(arguments).acquire()) {
                long seen = Long.parseLong(Files.readString(file).strip());
                Files.writeString(file, String.valueOf(seen + 1));
                telling.tell("incremented", Command.object("token", grant.fencingToken()));
            }
        }
        return times;
    }

    /** Writes with the grant's token whenever the grant says that it is valid, as a careful application does. */
    private boolean write(Claim claim) {
        Thread thread = new Thread(() -> {
            while (claim.isValid()) {
                telling.tell("write", Command.object("token", claim.fencingToken()));
                LockSupport.parkNanos(1_000_000);
            }
            telling.tell("stopped", Command.object("token", claim.fencingToken()));
        });
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    private static JsonObject belief(Belief belief) {
        return Command.object("from", belief.from(), "until", belief.until(), "over", belief.isOver());
    }
}
