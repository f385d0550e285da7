package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.TermLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** When which member believed to lead. Two beliefs at one time are what an election is to prevent. */
final class Beliefs {
    private final List<Belief> all = new ArrayList<>();

    /** One term, as long as its leader believed in it; nanoseconds of {@code System.nanoTime()}. */
    record Belief(String member, long term, long from, long until) {}

    void add(String member, long term, long from, long until) {
        all.add(new Belief(member, term, from, until));
    }

    static Beliefs of(Collection<TermLog> logs) {
        Beliefs beliefs = new Beliefs();
        int member = 0;
        for (TermLog log : logs) {
            String name = "candidate-" + member++;
            log.terms()
                    .forEach(term -> beliefs.add(
                            name,
                            term.leadership().term(),
                            term.belief().from(),
                            term.belief().until()));
        }
        return beliefs;
    }

    /** Fails if one belief began before another, of a smaller term, had ended, by more than the driver admits. */
    void assertNoOverlap(Duration allowed) {
        List<Belief> sorted =
                all.stream().sorted(Comparator.comparingLong(Belief::from)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            Belief before = sorted.get(i - 1);
            Belief after = sorted.get(i);
            assertThat(after.term()).as("%s came after %s", after, before).isGreaterThan(before.term());
            assertThat(before.until() - after.from())
                    .as("%s overlaps %s", before, after)
                    .isLessThanOrEqualTo(allowed.toNanos());
        }
    }

    int count() {
        return all.size();
    }
}
