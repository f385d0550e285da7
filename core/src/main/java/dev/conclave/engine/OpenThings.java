package dev.conclave.engine;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a coordinator has to stop when it is closed: races, watches, memberships, partitioners. */
final class OpenThings {
    private static final Logger log = LoggerFactory.getLogger(OpenThings.class);

    private final Set<Runnable> stops = Collections.synchronizedSet(new LinkedHashSet<>());
    private volatile boolean closed;

    /** Registers what stops a thing, or stops it at once; the thing takes it back when it is closed by itself. */
    void add(Runnable stop) {
        stops.add(stop);
        if (closed) {
            stop(stop);
        }
    }

    void remove(Runnable stop) {
        stops.remove(stop);
    }

    void stopAll() {
        closed = true;
        for (Runnable stop : stops.toArray(Runnable[]::new)) {
            stop(stop);
        }
    }

    private void stop(Runnable stop) {
        if (!stops.remove(stop)) {
            return;
        }
        try {
            stop.run();
        } catch (RuntimeException | Error e) {
            log.error("something could not be stopped; the rest is", e);
        }
    }
}
