package dev.conclave.faults.registers;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import java.util.HashMap;
import java.util.Map;

/** All registers of one kind, one for each name; a write is noted in the order of arrival. Thread-safe. */
final class Register {
    private final boolean fenced;
    private final HistoryWriter history;
    private final Map<String, Long> highest = new HashMap<>();

    Register(boolean fenced, HistoryWriter history) {
        this.fenced = fenced;
        this.history = history;
    }

    /** Takes a write, unless it looks at tokens and has taken a greater one. */
    synchronized boolean write(String name, String claim, long token) {
        boolean accepted = !fenced || token >= highest.getOrDefault(name, Long.MIN_VALUE);
        if (accepted) {
            highest.put(name, token);
        }
        history.write(new Event.Written(name, fenced, claim, token, accepted));
        return accepted;
    }
}
