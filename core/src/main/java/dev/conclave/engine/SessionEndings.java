package dev.conclave.engine;

import dev.conclave.spi.SessionId;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Ends sessions at the backend that are over for us, one after the other: while the backend is away, each
 * attempt to open a session leaves one that may have been opened, and to repeat the ending of all of them
 * side by side would hammer it.
 */
final class SessionEndings {
    private final EngineContext engine;
    private final Queue<Ending> endings = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean();

    private record Ending(SessionId session, BooleanSupplier pointless) {}

    SessionEndings(EngineContext engine) {
        this.engine = engine;
    }

    /** Ends a session that was ours: some clients keep one alive by themselves, and what hung on it stays taken. */
    void endGivenUp(SessionId session) {
        add(new Ending(session, () -> false));
    }

    /** Ends a session that may have been opened, or be opened later. It cannot outlive its time-to-live. */
    void endDoubtful(SessionId session) {
        long since = engine.time().nanoTime();
        add(new Ending(
                session, () -> engine.time().nanoTime() - since > engine.ttl().toNanos()));
    }

    private void add(Ending ending) {
        // While the backend is away, the first is repeated, and nobody comes to those behind it.
        Ending first = endings.peek();
        endings.removeIf(each -> !each.equals(first) && each.pointless().getAsBoolean());
        endings.add(ending);
        run();
    }

    /** How many are still to be ended. */
    int size() {
        return endings.size();
    }

    private void run() {
        while (!endings.isEmpty() && running.compareAndSet(false, true)) {
            Ending first = endings.peek();
            if (first == null) {
                running.set(false);
                continue;
            }
            CompletableFuture<Boolean> ended = engine.steps()
                    .repeated(
                            "end session",
                            first.pointless(),
                            () -> engine.driver().endSession(first.session()));
            boolean atOnce = ended.isDone();
            Outcome.of(ended, (done, never) -> {
                endings.remove(first);
                running.set(false);
                if (!atOnce) {
                    run();
                }
            });
            if (!atOnce) {
                return;
            }
        }
    }
}
