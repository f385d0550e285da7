package dev.conclave.faults.checker;

import dev.conclave.faults.history.History;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads the history of a run, and decides. */
public final class Checker {
    private static final List<Check> CHECKS = List.of(
            new Whole(),
            new FencedRegister(),
            new OverlapOfBelief(),
            new LossTold(),
            new TokensGrow(),
            new Served(),
            new Views(),
            new OneLeader(),
            new NothingLeaks(),
            new NeverHammered(),
            new CallsReturn());

    private Checker() {}

    /** What the history shows. One that has no beginning or no end shows nothing but that. */
    public static Verdict check(History history) {
        if (!Run.hasMilestones(history)) {
            return broken();
        }
        Run run = new Run(history);
        Map<Measure, Long> measures = new EnumMap<>(Measure.class);
        List<Result> results = new ArrayList<>();
        for (Check check : CHECKS) {
            Decision decision = new Decision(run, measures);
            check.decide(run, decision);
            results.add(decision.result(check));
        }
        return new Verdict(results, measures);
    }

    private static Verdict broken() {
        Finding finding = new Finding(
                "the history does not say, each once, when the run began, healed, closed and ended: it is not whole",
                List.of());
        List<Result> results = new ArrayList<>();
        for (Check check : CHECKS) {
            boolean whole = check.number() == 0;
            results.add(new Result(
                    check.number(), check.title(), whole ? 1 : 0, whole ? 1 : 0, whole ? List.of(finding) : List.of()));
        }
        return new Verdict(results, Map.of());
    }
}
