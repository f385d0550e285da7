package dev.conclave.memcached;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The requests of this coordinator that wait, by the names that they wait for. */
final class Waiting {
    private final Duration longestPause;
    private final Consumer<Subject> signals;
    private final Map<ClaimKey, Pace> paces = new ConcurrentHashMap<>();

    Waiting(Duration longestPause, Consumer<Subject> signals) {
        this.longestPause = longestPause;
        this.signals = signals;
    }

    boolean contains(ClaimId id) {
        Pace pace = paces.get(id.key());
        return pace != null && pace.contains(id);
    }

    /** Whether any request of this coordinator waits for the name. */
    boolean isWaitedFor(ClaimKey key) {
        return paces.containsKey(key);
    }

    /** When a request is to look again for which another one of ours looks; empty if it is to look now. */
    Optional<Duration> pauseBehindAnother(ClaimId id) {
        List<Duration> pause = new ArrayList<>();
        paces.computeIfPresent(id.key(), (key, pace) -> {
            if (pace.isLookedFor(id, System.nanoTime())) {
                pause.add(longestPause);
            }
            return pace;
        });
        return pause.stream().findFirst();
    }

    /**
     * Notes what the look of a request that waits has shown.
     *
     * @param ahead how many are in its way
     * @return when it is to look again
     */
    Duration seen(ClaimId id, ClaimLine line, int ahead) {
        List<ClaimId> told = new ArrayList<>();
        List<Duration> pause = new ArrayList<>();
        paces.compute(id.key(), (key, known) -> {
            Pace pace = known == null ? new Pace(longestPause) : known;
            pause.add(pace.seen(id, line, ahead, System.nanoTime(), told::add));
            return pace;
        });
        told.forEach(this::wake);
        return pause.get(0);
    }

    /** It has left the queue, or is the holder; the next one of ours looks in its place. */
    void remove(ClaimId id) {
        if (!contains(id)) {
            return;
        }
        List<ClaimId> next = new ArrayList<>();
        paces.computeIfPresent(id.key(), (key, pace) -> {
            boolean foremost = pace.first().filter(id::equals).isPresent();
            pace.remove(id);
            if (foremost) {
                pace.first().ifPresent(next::add);
                next.forEach(pace::wake);
            }
            return pace.isEmpty() ? null : pace;
        });
        next.forEach(this::wake);
    }

    /** All of a session that has ended; returns the names that it waited for. */
    Set<ClaimKey> forget(SessionId session) {
        Set<ClaimKey> names = new HashSet<>();
        for (Pace pace : paces.values()) {
            pace.all().stream().filter(id -> id.session().equals(session)).forEach(id -> {
                names.add(id.key());
                remove(id);
            });
        }
        return names;
    }

    /** After a change of a name: those of this coordinator whose turn it is need not wait until they look. */
    void wakeNext(ClaimKey key, ClaimLine line) {
        List<ClaimId> woken = new ArrayList<>();
        paces.computeIfPresent(key, (same, pace) -> {
            for (ClaimLine.Waiter next : line.next()) {
                pace.all().stream().filter(next::is).forEach(woken::add);
            }
            woken.forEach(pace::wake);
            return pace;
        });
        woken.forEach(this::wake);
    }

    private void wake(ClaimId id) {
        signals.accept(new Subject.Request(id));
    }
}
