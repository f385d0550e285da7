package dev.conclave.engine;

import dev.conclave.spi.ClaimId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The requests of this coordinator that wait, so that a signal finds the one whose turn it is and close finds all. */
final class Requests {
    private final Map<ClaimId, Acquisition> waiting = new ConcurrentHashMap<>();
    private final Set<Acquisition> unsettled = Collections.synchronizedSet(new LinkedHashSet<>());
    private volatile @Nullable RuntimeException over;

    /** An acquisition whose result is not there at once. */
    void opened(Acquisition acquisition) {
        unsettled.add(acquisition);
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
        List.of(unsettled.toArray(Acquisition[]::new)).forEach(acquisition -> acquisition.giveUp(reason));
    }
}
