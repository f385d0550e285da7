package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What one check has found so far. */
final class Decision {
    private static final int SHOWN = 10;

    private final Run run;
    private final Map<Measure, Long> measures;
    private final List<Finding> findings = new ArrayList<>();
    private long decided;
    private long violations;

    Decision(Run run, Map<Measure, Long> measures) {
        this.run = run;
        this.measures = measures;
    }

    /** Something was there to be decided. */
    void decided() {
        decided++;
    }

    /** It must not be; the first few are kept with their evidence. */
    void violated(String sentence, List<Entry> evidence) {
        decided++;
        violations++;
        if (findings.size() < SHOWN) {
            findings.add(new Finding(
                    sentence,
                    evidence.stream()
                            .distinct()
                            .sorted((a, b) -> Long.compare(a.at(), b.at()))
                            .map(run::line)
                            .toList()));
        }
    }

    void violated(String sentence, List<Entry> evidence, List<Entry> more) {
        violated(sentence, Stream.concat(evidence.stream(), more.stream()).toList());
    }

    void count(Measure measure) {
        count(measure, 1);
    }

    void count(Measure measure, long more) {
        measures.merge(measure, more, Long::sum);
    }

    /** Keeps the largest. */
    void worst(Measure measure, long value) {
        measures.merge(measure, value, Math::max);
    }

    Result result(Check check) {
        return new Result(check.number(), check.title(), decided, violations, findings);
    }
}
