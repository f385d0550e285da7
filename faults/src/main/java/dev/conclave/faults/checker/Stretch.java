package dev.conclave.faults.checker;

import java.util.Comparator;
import java.util.List;

/** A stretch of time; one that ends before it begins has no length. */
record Stretch(long from, long until) {
    /** While both last. */
    Stretch both(Stretch other) {
        return new Stretch(Math.max(from, other.from), Math.min(until, other.until));
    }

    /** For how much of that time at least one of the stretches lasts. */
    static long covered(List<Stretch> stretches, long from, long until) {
        Stretch all = new Stretch(from, until);
        long covered = 0;
        long end = from;
        for (Stretch stretch : stretches.stream()
                .map(all::both)
                .sorted(Comparator.comparingLong(Stretch::from))
                .toList()) {
            covered += Math.max(0, stretch.until - Math.max(end, stretch.from));
            end = Math.max(end, stretch.until);
        }
        return covered;
    }
}
