package dev.conclave.memory;

import dev.conclave.spi.Subject;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all namespaces of a backend share. Guarded by the backend's lock.
 *
 * <p>Tokens and revisions are counters that nothing sets back, not even {@link MemoryBackend#forget()}:
 * they live as long as the object, and so do all who could compare them. A clock would do as well and be
 * needed by a store that can lose its counter; a counter reads better in a test that fails.
 */
final class Ledger {
    final Sessions sessions = new Sessions();

    private @Nullable TimeSource time;
    private long lastToken;
    private long lastRevision;
    private Set<Signal> signals = new LinkedHashSet<>();

    private record Signal(MemoryDriver driver, Subject subject) {}

    Ledger(@Nullable TimeSource time) {
        this.time = time;
    }

    long nextToken() {
        return ++lastToken;
    }

    long nextRevision() {
        return ++lastRevision;
    }

    boolean goesBy(TimeSource source) {
        return time == source;
    }

    void setTime(TimeSource time) {
        this.time = time;
    }

    TimeSource time() {
        if (time == null) {
            throw new IllegalStateException("nobody has connected to this backend, so it has no clock yet");
        }
        return time;
    }

    long nanos() {
        return time().nanoTime();
    }

    Instant now() {
        return time().now();
    }

    Duration left(Session session) {
        return Duration.ofNanos(session.deadline - nanos());
    }

    /** Ends all sessions whose time has passed, in the order of their deadlines. */
    void endOverdue() {
        Session next = sessions.next();
        while (next != null && next.deadline - nanos() <= 0) {
            end(next);
            next = sessions.next();
        }
    }

    /** Ends a session that did not ask for it, and tells it. */
    void end(Session session) {
        session.space.end(session);
        signal(session.home, new Subject.Session(session.id));
    }

    /** To be sent when the step is done and the lock released. */
    void signal(MemoryDriver driver, Subject subject) {
        signals.add(new Signal(driver, subject));
    }

    /** The signals so far, to be sent without the lock. */
    List<Runnable> takeSignals() {
        if (signals.isEmpty()) {
            return List.of();
        }
        List<Runnable> taken = new ArrayList<>();
        signals.forEach(signal -> taken.add(() -> signal.driver().signal(signal.subject())));
        signals = new LinkedHashSet<>();
        return taken;
    }
}
