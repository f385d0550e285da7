package dev.conclave.engine;

import dev.conclave.spi.ClaimId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The requests of this coordinator that wait, so that a signal finds the one whose turn it is. */
final class Requests {
    private final Map<ClaimId, Acquisition> waiting = new ConcurrentHashMap<>();

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

    void giveUpAll(RuntimeException reason) {
        waiting.values().forEach(acquisition -> acquisition.giveUp(reason));
    }
}
