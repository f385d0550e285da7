package dev.conclave.engine;

import dev.conclave.spi.ClaimId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The requests of this coordinator that wait, so that a signal finds the one whose turn it is and close finds all. */
final class Requests {
    private final Map<ClaimId, Acquisition> waiting = new ConcurrentHashMap<>();
    /** And in which order they came. */
    private final Map<Acquisition, Long> unsettled = new ConcurrentHashMap<>();

    private final AtomicLong order = new AtomicLong();
    private volatile @Nullable RuntimeException over;

    /** An acquisition whose result is not there at once. */
    void opened(Acquisition acquisition) {
        unsettled.put(acquisition, order.getAndIncrement());
        RuntimeException reason = over;
        if (reason != null) {
            acquisition.giveUp(reason);
        }
    }

    void settled(Acquisition acquisition) {
        unsettled.remove(acquisition);
    }

    void add(ClaimId id, Acquisition acquisition) {
        waiting.put(id, acquisition);
    }

    void remove(ClaimId id) {
        waiting.remove(id);
    }

    void turn(ClaimId id) {
        Acquisition acquisition = waiting.get(id);
        if (acquisition != null) {
            acquisition.ask();
        }
    }

    /** Gives up all, wherever they are: in the queue, asking, or pausing because the backend is away. */
    void giveUpAll(RuntimeException reason) {
        over = reason;
        List.copyOf(unsettled.entrySet()).stream()
                .sorted(Map.Entry.comparingByValue())
                .forEach(each -> each.getKey().giveUp(reason));
    }
}
