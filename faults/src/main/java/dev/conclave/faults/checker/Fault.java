package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event.FaultBegan;
import dev.conclave.faults.nemesis.Kind;
import java.util.Map;
import java.util.Optional;

/**
 * Something that the nemesis broke.
 *
 * @param number counts the run's faults
 * @param kind what was done
 * @param target a member's id, or what begins with {@code server}
 * @param details more about it
 * @param began the entry that says so, with the time from just before it was done
 * @param ended the entry that says so, written when it was seen to be over
 */
record Fault(long number, Kind kind, String target, Map<String, String> details, Entry began, Optional<Entry> ended) {
    long from() {
        return began.at();
    }

    long until() {
        return ended.map(Entry::at).orElse(Long.MAX_VALUE);
    }

    boolean meets(long from, long until) {
        return from() <= until && until() >= from;
    }

    /** Whether it was tried, and nothing came of it. */
    boolean inVain() {
        return details.containsKey(FaultBegan.IN_VAIN);
    }

    boolean atServer() {
        return target.startsWith("server");
    }
}
