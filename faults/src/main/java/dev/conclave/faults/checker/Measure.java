package dev.conclave.faults.checker;

import java.util.Locale;

/** What a verdict measures. The names are those in the recorded results. */
public enum Measure {
    /** Claims granted. */
    GRANTS("granted", Unit.COUNT),
    /** Of these, terms of leaders. */
    TERMS("of these, terms of leaders", Unit.COUNT),
    /** One claim after another on one name, by different processes. */
    HANDOVERS("hand-overs from process to process", Unit.COUNT),
    /** Claims that ended without their holder's giving them back, and of which the holder lived to hear. */
    LOSSES("losses told to their holders", Unit.COUNT),
    /** Guarded steps. */
    STEPS("guarded steps", Unit.COUNT),
    /** Guarded steps not taken, since the claim said that it was not valid. */
    STEPS_NOT_TAKEN("of these, not taken as the claim had ended", Unit.COUNT),
    /** Writes that the fenced register refused. */
    FENCED_OFF("late writes that the fence refused", Unit.COUNT),
    /** Writes that reached the unfenced register after one of a newer holder. */
    UNFENCED_OVERWRITES("late writes where there was no fence", Unit.COUNT),
    /** The longest that an older holder believed on while a newer one had the lock. */
    OVERLAP_LOCKS("worst overlap of belief, locks", Unit.NANOS),
    /** The same of leaders. */
    OVERLAP_ELECTIONS("worst overlap of belief, elections", Unit.NANOS),
    /** Overlaps of which there may be some, as the backend had forgotten in between. */
    OVERLAPS("overlaps", Unit.COUNT),
    /** The longest wait without a limit that ended with a grant. */
    LONGEST_WAIT("longest wait that was served", Unit.NANOS),
    /** The longest such wait, counted from the end of the faults. */
    LONGEST_WAIT_HEALED("longest wait once all faults were over", Unit.NANOS),
    /** Pairs of waiters that had to be served in order. */
    ORDERED_PAIRS("pairs of waiters whose order was checked", Unit.COUNT),
    /** From the end of the faults until each election had a leader. */
    TIME_TO_LEADER("longest until a leader, once all faults were over", Unit.NANOS),
    /** The longest that an election had nobody, after that. */
    LONGEST_VACANCY("longest without a leader, after that", Unit.NANOS),
    /** The longest that an election had nobody while faults went on. */
    LONGEST_VACANCY_FAULTS("longest without a leader, while faults went on", Unit.NANOS),
    /** Incarnations that were killed while they were in a group. */
    DEATHS("members killed in a group", Unit.COUNT),
    /** How often watchers were told of that. */
    LEFTS("times that watchers were told of it", Unit.COUNT),
    /** From the kill to the last watcher's being told. */
    DEATH_SEEN("longest until a running watcher was told", Unit.NANOS),
    /** The longest that a process stood still though nobody stopped it any more: the machine was busy. */
    LONGEST_STALL("longest that a process had no processor, once all faults were over", Unit.NANOS),
    /** Packets a second of one member while its backend could not be reached. */
    PACKETS_FAILING("most packets/s of a member while its backend was away", Unit.RATE),
    /** Attempts to connect a second, of the same. */
    CONNECTS_FAILING("most connects/s of a member while its backend was away", Unit.RATE);

    /** What a number counts. */
    public enum Unit {
        /** Things. */
        COUNT,
        /** Nanoseconds. */
        NANOS,
        /** Things a second. */
        RATE
    }

    private final String label;
    private final Unit unit;

    Measure(String label, Unit unit) {
        this.label = label;
        this.unit = unit;
    }

    /** A phrase for a table. */
    public String label() {
        return label;
    }

    /** What its number counts. */
    public Unit unit() {
        return unit;
    }

    /** Whether those of two runs add up; if not, the worst of them counts. */
    public boolean adds() {
        return unit == Unit.COUNT;
    }

    /** A value with its unit, for people. */
    public String format(long value) {
        return unit == Unit.NANOS ? Run.span(value) : String.format(Locale.ROOT, "%,d", value);
    }
}
