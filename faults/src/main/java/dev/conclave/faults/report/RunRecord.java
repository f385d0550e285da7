package dev.conclave.faults.report;

import dev.conclave.faults.checker.Measure;
import dev.conclave.faults.checker.Result;
import dev.conclave.faults.checker.Verdict;
import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Began;
import dev.conclave.faults.history.Event.FaultBegan;
import dev.conclave.faults.history.History;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is kept of a run. All times are milliseconds.
 *
 * @param site the deployment's name, which is the driver's where there is one
 * @param command that does it again
 * @param trouble how long things were broken for
 * @param faults how often each kind
 * @param checks what each came to
 * @param measures by their names; nanoseconds where that is their unit
 */
record RunRecord(
        String site,
        String driver,
        String deployment,
        String version,
        String command,
        long seed,
        int members,
        long timeToLive,
        long trouble,
        List<String> traits,
        long beliefOverlap,
        long deathSeenWithin,
        SortedMap<String, Long> faults,
        List<Checked> checks,
        SortedMap<String, Long> measures) {
    /** A check of the run. */
    record Checked(int number, String title, Result.Outcome outcome, long decided, List<String> findings) {}

    static RunRecord of(String site, String command, History history, Verdict verdict) {
        Began began = first(history, Began.class);
        SortedMap<String, Long> measures = new TreeMap<>();
        verdict.measures().forEach((measure, value) -> measures.put(measure.name(), value));
        return new RunRecord(
                site,
                began.driver(),
                began.deployment(),
                began.version(),
                command,
                began.seed(),
                began.members().size(),
                began.timeToLive(),
                trouble(history),
                began.traits(),
                began.beliefOverlap(),
                began.deathSeenWithin(),
                history.entries().stream()
                        .filter(entry -> entry.event() instanceof FaultBegan fault && !fault.inVain())
                        .collect(Collectors.groupingBy(
                                entry -> ((FaultBegan) entry.event()).kind(), TreeMap::new, Collectors.counting())),
                verdict.results().stream().map(RunRecord::checked).toList(),
                measures);
    }

    private static <E extends Event> E first(History history, Class<E> kind) {
        return history.entries().stream()
                .map(entry -> entry.event())
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    /** From the first fault on: until then members start. */
    private static long trouble(History history) {
        OptionalLong began = firstAt(history, FaultBegan.class);
        OptionalLong healed = firstAt(history, Event.Healed.class);
        return began.isPresent() && healed.isPresent() ? (healed.getAsLong() - began.getAsLong()) / 1_000_000 : 0;
    }

    private static OptionalLong firstAt(History history, Class<? extends Event> kind) {
        return history.entries().stream()
                .filter(entry -> kind.isInstance(entry.event()))
                .mapToLong(Entry::at)
                .findFirst();
    }

    private static Checked checked(Result result) {
        return new Checked(
                result.number(),
                result.title(),
                result.outcome(),
                result.decided(),
                result.findings().stream().map(finding -> finding.sentence()).toList());
    }

    /** A measure of several runs: counts add up, of times the worst remains. */
    static long together(Measure measure, long one, long other) {
        return measure.adds() ? one + other : Math.max(one, other);
    }
}
