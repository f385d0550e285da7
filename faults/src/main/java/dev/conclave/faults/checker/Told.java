package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;

/** An entry whose event is of a known kind. */
record Told<E extends Event>(Entry entry, E event) {
    long at() {
        return entry.at();
    }

    String who() {
        return entry.who();
    }
}
