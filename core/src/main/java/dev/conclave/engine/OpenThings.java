package dev.conclave.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a coordinator has to stop when it is closed: races, watches, memberships, partitioners. */
final class OpenThings {
    private final Set<Runnable> stops = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Registers what stops a thing, or stops it at once; the thing takes it back when it is closed by itself. */
    void add(Runnable stop) {
        stops.add(stop);
        if (closed && stops.remove(stop)) {
            stop.run();
        }
    }

    void remove(Runnable stop) {
        stops.remove(stop);
    }

    void stopAll() {
        closed = true;
        for (Runnable stop : Set.copyOf(stops)) {
            if (stops.remove(stop)) {
                stop.run();
            }
        }
    }
}
