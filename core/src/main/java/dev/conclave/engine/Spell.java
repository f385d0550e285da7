package dev.conclave.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The failures of something that is tried again and again, from the first until it succeeds. A backend
 * that is away is told elsewhere, by what it costs. Other trouble may last for ever, and nobody would
 * know: it is warned of once in a spell. Thread-safe.
 */
final class Spell {
    private static final Logger log = LoggerFactory.getLogger(Spell.class);

    private final String where;
    private final AtomicBoolean warned = new AtomicBoolean();

    Spell(String where) {
        this.where = where;
    }

    void failed(String what, RuntimeException failure) {
        boolean isTrouble = !Failures.isOutage(failure) && !Failures.isClosed(failure);
        if (isTrouble && warned.compareAndSet(false, true)) {
            log.warn("{}: cannot {}; trying again, without another word until it succeeds", where, what, failure);
        } else {
            log.debug("{}: cannot {}", where, what, failure);
        }
    }

    void succeeded() {
        warned.set(false);
    }
}
