package dev.conclave.kit.results;

import java.util.Comparator;
import java.util.Optional;

/**
 * One scenario, or one part of one, on one driver.
 *
 * @param scenario the id, such as {@code L1}
 * @param title the sentence
 * @param outcome what came of it
 * @param reason why it does not apply or, in a run's own file, how it failed
 * @param seconds how long it took; empty in what is committed, since it differs from run to run
 */
public record ScenarioResult(
        String scenario, String title, Outcome outcome, Optional<String> reason, Optional<Double> seconds)
        implements Comparable<ScenarioResult> {
    private static final String GROUPS = "BLEGN";
    private static final Comparator<ScenarioResult> ORDER = Comparator.comparing(
                    (ScenarioResult result) -> GROUPS.indexOf(result.scenario.charAt(0)))
            .thenComparing(result -> Integer.parseInt(result.scenario.substring(1)))
            .thenComparing(ScenarioResult::title);

    /** The same without what differs from run to run. */
    public ScenarioResult withoutTimings() {
        Optional<String> lasting = outcome == Outcome.NOT_APPLICABLE ? reason : Optional.empty();
        return new ScenarioResult(scenario, title, outcome, lasting, Optional.empty());
    }

    /** Basics first, then losing, leaders, groups, names; by number; by title. */
    @Override
    public int compareTo(ScenarioResult other) {
        return ORDER.compare(this, other);
    }
}
