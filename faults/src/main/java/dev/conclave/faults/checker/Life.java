package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import java.util.List;
import java.util.Optional;

/**
 * One run of a member's process.
 *
 * @param who as in its entries, {@code ada#3}
 * @param entries all that it told
 * @param kill what ended it, unless it ended on its own
 * @param pauses of this process, in the order of time
 */
record Life(String who, List<Entry> entries, Optional<Fault> kill, List<Fault> pauses) {
    /** Watches from the runner's own process, on which no fault falls. */
    static final String OBSERVER = "observer";

    /** Whose process it is. */
    static String member(String who) {
        int number = who.indexOf('#');
        return number < 0 ? who : who.substring(0, number);
    }

    String member() {
        return member(who);
    }

    long from() {
        return entries.get(0).at();
    }

    /** From when on it may do nothing more: the kill, or its last entry. */
    long until() {
        long last = who.equals(OBSERVER)
                ? Long.MAX_VALUE
                : entries.get(entries.size() - 1).at();
        return kill.map(Fault::from).orElse(last);
    }

    boolean killed() {
        return kill.isPresent();
    }

    boolean ranThroughout(long from, long until) {
        return from() <= from && until() >= until && pauses.stream().noneMatch(pause -> pause.meets(from, until));
    }

    /** For how long of that time it stood still. */
    long paused(long from, long until) {
        return pauses.stream()
                .mapToLong(pause -> Math.max(0, Math.min(pause.until(), until) - Math.max(pause.from(), from)))
                .sum();
    }

    /** Whether it told, in that time, of anything that did not go as it should: a loss, a renewal that failed, an error. */
    boolean inTrouble(long from, long until) {
        return entries.stream()
                .filter(entry -> entry.at() >= from && entry.at() <= until)
                .anyMatch(entry -> isTrouble(entry.event()));
    }

    private static boolean isTrouble(Event event) {
        if (event instanceof Event.Lost lost) {
            return !lost.reason().equals("RELEASED");
        } else if (event instanceof Event.GaveUp gaveUp) {
            return !gaveUp.why().equals("BUSY") && !gaveUp.why().equals("InterruptedException");
        }
        return event instanceof Event.State
                || event instanceof Event.Evicted
                || event instanceof Event.Failed
                || event instanceof Event.Refused;
    }

    <E extends Event> List<Told<E>> told(Class<E> kind) {
        return Run.told(entries, kind);
    }
}
