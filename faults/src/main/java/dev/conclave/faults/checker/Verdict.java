package dev.conclave.faults.checker;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a history showed.
 *
 * @param results of all checks, in the order of their numbers
 * @param measures what was seen, where there was something to see
 */
public record Verdict(List<Result> results, Map<Measure, Long> measures) {
    /** Copies the collections. */
    public Verdict {
        results = List.copyOf(results);
        measures = Map.copyOf(measures);
    }

    /** Whether nothing was found that must not be. */
    public boolean holds() {
        return violated().isEmpty();
    }

    /** The checks that found something. */
    public List<Result> violated() {
        return results.stream()
                .filter(result -> result.outcome() == Result.Outcome.VIOLATED)
                .toList();
    }

    /** A measure, if there was something to measure. */
    public OptionalLong measure(Measure measure) {
        Long value = measures.get(measure);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
