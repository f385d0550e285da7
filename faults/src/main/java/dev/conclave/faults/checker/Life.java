package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Stalled;
import java.util.List;
import java.util.Optional;

/**
 * One run of a member's process.
 *
 * @param who as in its entries, {@code ada#3}
 * @param entries all that it told
 * @param kill what ended it, unless it ended on its own
 * @param pauses of this process, in the order of time
 * @param stalls when it stood still by its own account
 * @param troubles when it told of something that did not go as it should
 */
record Life(
        String who,
        List<Entry> entries,
        Optional<Fault> kill,
        List<Fault> pauses,
        List<Told<Stalled>> stalls,
        List<Long> troubles) {
    /** Watches from the runner's own process, on which no fault falls. */
    static final String OBSERVER = "observer";

    /** Whose process it is. */
    static String member(String who) {
        int number = who.indexOf('#');
        return number < 0 ? who : who.substring(0, number);
    }

    boolean is(Life other) {
        return who.equals(other.who);
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

    /** Whether it lived all that time, was not stopped, and had the processor for most of it. */
    boolean ranThroughout(long from, long until) {
        return from() <= from
                && until() >= until
                && pauses.stream().noneMatch(pause -> pause.meets(from, until))
                && stalled(from, until) < (until - from) / 4;
    }

    /** For how long of that time it stood still: by its own account, and if it was killed before it could give one, by the nemesis'. */
    long stalled(long from, long until) {
        long told = stalls.stream()
                .mapToLong(stall -> within(stall.event().since(), stall.event().until(), from, until))
                .sum();
        long stopped = pauses.stream()
                .mapToLong(pause -> within(pause.from(), pause.until(), from, until))
                .sum();
        return Math.max(told, stopped);
    }

    private static long within(long since, long end, long from, long until) {
        return Math.max(0, Math.min(end, until) - Math.max(since, from));
    }

    /** Whether it told, in that time, of anything that did not go as it should: a loss, a renewal that failed, an error. */
    boolean inTrouble(long from, long until) {
        return troubles.stream().anyMatch(at -> at >= from && at <= until);
    }

    static boolean isTrouble(Event event) {
        if (event instanceof Event.Lost lost) {
            return !lost.reason().equals("RELEASED");
        } else if (event instanceof Event.GaveUp gaveUp) {
            return !gaveUp.why().equals("BUSY") && !gaveUp.why().equals("InterruptedException");
        }
        return event instanceof Event.State
                || event instanceof Event.Evicted
                || event instanceof Stalled
                || event instanceof Event.Failed
                || event instanceof Event.Refused;
    }

    <E extends Event> List<Told<E>> told(Class<E> kind) {
        return Run.told(entries, kind);
    }
}
