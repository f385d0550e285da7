package dev.conclave.faults.report;

import dev.conclave.Durations;
import dev.conclave.Trait;
import dev.conclave.faults.checker.Measure;
import dev.conclave.faults.checker.Result.Outcome;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.report.RunRecord.Checked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns the records of all sites into the page {@code docs/faults.md}. The same records always give the same page. */
final class FaultsPage {
    private final SortedMap<String, List<RunRecord>> sites;
    private final String found;
    private final StringBuilder page = new StringBuilder();

    /** @param found what came of it, written by hand; may be empty */
    FaultsPage(SortedMap<String, List<RunRecord>> sites, String found) {
        this.sites = sites;
        this.found = found;
    }

    String render() {
        page.append("""
                # Faults

                Written by `faults/run --record docs` from what it found (`docs/faults/`). Do not edit: run it again.

                Members in JVMs of their own use locks, shared locks, an election, a group and its partitions at random, all at once, over real servers, while
                a *nemesis* stops and kills members and servers, cuts, delays and silently drops what they send, empties servers, and sets members' clocks
                wrong, at random too. Everything that anybody believed and did is written down: each millisecond whether `isValid()` was true, each grant
                with its token, each loss, each write to a register that looks at tokens and to one that does not, each view of each watcher. Afterwards a checker
                reads that, and decides. A seed fixes what is broken when; it does not fix what the machine's scheduler does in between.

                """);
        checks();
        done();
        seen();
        limits();
        pictures();
        if (!found.isBlank()) {
            page.append("\n## What it has found\n\n").append(found.strip()).append('\n');
        }
        again();
        return page.toString();
    }

    private void checks() {
        page.append("## What must hold\n\n");
        page.append(
                "✔ held, ✘ violated, – nothing to decide. The number is how many times there was something to decide.\n\n");
        header("what");
        List<Checked> all = all().flatMap(run -> run.checks().stream()).toList();
        for (int number : all.stream().map(Checked::number).distinct().sorted().toList()) {
            String title = all.stream()
                    .filter(check -> check.number() == number)
                    .findFirst()
                    .orElseThrow()
                    .title();
            row(number + ". " + title, runs -> outcome(runs, number));
        }
        sites.forEach((site, runs) -> runs.forEach(run -> run.checks().stream()
                .filter(check -> check.outcome() == Outcome.VIOLATED)
                .forEach(check -> check.findings()
                        .forEach(finding -> page.append("\n- **" + site + "**, seed " + run.seed() + ", "
                                + check.number() + ": " + finding)))));
        page.append('\n');
    }

    private static String outcome(List<RunRecord> runs, int number) {
        List<Checked> checks = runs.stream()
                .flatMap(run -> run.checks().stream())
                .filter(check -> check.number() == number)
                .toList();
        long decided = checks.stream().mapToLong(Checked::decided).sum();
        boolean violated = checks.stream().anyMatch(check -> check.outcome() == Outcome.VIOLATED);
        return violated ? "✘" : decided == 0 ? "–" : "✔ " + count(decided);
    }

    private void done() {
        page.append("\n## What was done\n\n");
        header("");
        row("runs", runs -> count(runs.size()));
        row("seeds", runs -> runs.stream().map(run -> "" + run.seed()).collect(Collectors.joining(", ")));
        row(
                "minutes of trouble",
                runs -> String.format(
                        Locale.ROOT,
                        "%.1f",
                        runs.stream().mapToLong(RunRecord::trouble).sum() / 60_000.0));
        row("members, time-to-live", runs -> distinct(runs, run -> run.members() + ", " + span(run.timeToLive())));
        row("deployment", runs -> distinct(runs, RunRecord::deployment));
        row("version", runs -> distinct(runs, RunRecord::version));
        for (Kind kind : Kind.values()) {
            if (all().anyMatch(run -> run.faults().containsKey(kind.label()))) {
                row(
                        "`" + kind.label() + "`",
                        runs -> count(runs.stream()
                                .mapToLong(run -> run.faults().getOrDefault(kind.label(), 0L))
                                .sum()));
            }
        }
    }

    private static String distinct(List<RunRecord> runs, Function<RunRecord, String> what) {
        return runs.stream().map(what).distinct().collect(Collectors.joining("; "));
    }

    private void seen() {
        page.append(
                "\n## What was seen\n\nOf several runs, numbers add up and of times and rates the worst is given.\n\n");
        header("");
        for (Measure measure : Measure.values()) {
            if (all().anyMatch(run -> run.measures().containsKey(measure.name()))) {
                row(
                        measure.label(),
                        runs -> total(runs, measure).stream()
                                .mapToObj(measure::format)
                                .findFirst()
                                .orElse("–"));
            }
        }
    }

    private static OptionalLong total(List<RunRecord> runs, Measure measure) {
        return runs.stream()
                .map(run -> Optional.ofNullable(run.measures().get(measure.name())))
                .flatMap(Optional::stream)
                .mapToLong(value -> value)
                .reduce((one, other) -> RunRecord.together(measure, one, other));
    }

    private void limits() {
        page.append("\n## What each cannot promise\n\n");
        sites.forEach((site, runs) -> {
            RunRecord run = runs.get(runs.size() - 1);
            page.append("- **")
                    .append(site)
                    .append("** (")
                    .append(run.deployment())
                    .append("): ");
            page.append(overlap(run)).append(' ').append(death(run));
            List<String> missing = Arrays.stream(Trait.values())
                    .filter(trait -> trait != Trait.VOLATILE && trait != Trait.INSTANT_DEATH)
                    .filter(trait -> !run.traits().contains(trait.name()))
                    .map(trait -> "that " + trait.promise())
                    .toList();
            page.append(missing.isEmpty() ? "" : " Not promised: " + String.join("; ", missing) + ".");
            page.append('\n');
        });
    }

    private static String overlap(RunRecord run) {
        long worst = Math.max(
                run.measures().getOrDefault(Measure.OVERLAP_LOCKS.name(), 0L),
                run.measures().getOrDefault(Measure.OVERLAP_ELECTIONS.name(), 0L));
        return run.beliefOverlap() == 0
                ? "two never believe at one time to have one name."
                : "two may believe for up to " + span(run.beliefOverlap())
                        + " at one time to have one name, if the backend has" + " forgotten (longest seen here: "
                        + Measure.OVERLAP_LOCKS.format(worst) + "), and not otherwise.";
    }

    private static String death(RunRecord run) {
        return "A killed member is noticed within " + span(run.deathSeenWithin())
                + (run.traits().contains(Trait.INSTANT_DEATH.name()) ? "." : ", its session's time-to-live.");
    }

    private void pictures() {
        page.append("\n## How it looks\n\nThe busiest half minute of each site's last run.\n");
        sites.keySet()
                .forEach(site -> page.append("\n### " + site + "\n\n![What was broken, and who held what, on " + site
                        + "](faults/" + site + ".svg)\n"));
    }

    private void again() {
        page.append("\n## Again\n\n```sh\n");
        all().forEach(run -> page.append(run.command()).append('\n'));
        page.append("```\n");
    }

    private Stream<RunRecord> all() {
        return sites.values().stream().flatMap(List::stream);
    }

    private static String span(long millis) {
        return Durations.format(Duration.ofMillis(millis));
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void header(String first) {
        List<String> cells = new ArrayList<>(List.of(first));
        cells.addAll(sites.keySet());
        row(cells);
        page.append("|---").append("|---:".repeat(sites.size())).append("|\n");
    }

    private void row(String first, Function<List<RunRecord>, String> cell) {
        List<String> cells = new ArrayList<>(List.of(first));
        sites.values().forEach(runs -> cells.add(cell.apply(runs)));
        row(cells);
    }

    private void row(List<String> cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
