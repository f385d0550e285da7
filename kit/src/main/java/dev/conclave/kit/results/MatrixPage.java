package dev.conclave.kit.results;

import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.Trait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Turns the results of all drivers into the page {@code docs/drivers.md}. The same results always give the same page. */
final class MatrixPage {
    private static final String YES = "✔";
    private static final String NO = "–";

    private final List<DriverResults> drivers;
    private final StringBuilder page = new StringBuilder();

    MatrixPage(List<DriverResults> drivers) {
        this.drivers = drivers.stream()
                .sorted(Comparator.comparing(results -> results.driver().name()))
                .toList();
    }

    String render() {
        page.append("""
                # Drivers

                Written by `dev.conclave.kit.DriverMatrix` from what the conformance kit found on each driver
                (`docs/conformance/`). Do not edit: run the kit, record its results, and render the page again.

                Every feature is there on every driver. What differs is which promises a driver makes, and how soon it notices.

                """);
        bounds();
        traits();
        scenarios();
        reasons();
        titles();
        return page.toString();
    }

    private void bounds() {
        page.append("## URLs and bounds\n\n");
        page.append(
                "| driver | URLs | a killed member is noticed within | two members believe to hold one name for at most |\n");
        page.append("|---|---|---|---|\n");
        for (DriverResults results : drivers) {
            DriverInfo driver = results.driver();
            row(List.of(
                    driver.name(),
                    driver.urlForms().stream().map(form -> "`" + form + "`").collect(Collectors.joining("<br>")),
                    driver.deathSeenWithin().map(Durations::format).orElse("the session's time-to-live"),
                    driver.beliefOverlap().isZero() ? "never" : Durations.format(driver.beliefOverlap())));
        }
    }

    private void traits() {
        page.append("\n## Promises\n\n");
        header("promise");
        for (Trait trait : Trait.values()) {
            row(
                    "`" + trait + "`: " + trait.promise(),
                    results -> results.driver().traits().contains(trait) ? YES : NO);
        }
    }

    private void scenarios() {
        page.append("\n## Scenarios\n\n");
        page.append("✔ passed, ✘ failed, – not applicable, (✔) passed where it applies; the reasons are below.\n\n");
        header("scenario");
        for (String scenario : scenarioIds()) {
            row(scenario, results -> cell(results, scenario));
        }
    }

    private static String cell(DriverResults results, String scenario) {
        List<Outcome> outcomes = results.scenarios().stream()
                .filter(result -> result.scenario().equals(scenario))
                .map(ScenarioResult::outcome)
                .distinct()
                .toList();
        if (outcomes.contains(Outcome.FAILED)) {
            return "✘";
        }
        if (!outcomes.contains(Outcome.PASSED)) {
            return outcomes.isEmpty() ? "not run" : NO;
        }
        return outcomes.size() == 1 ? YES : "(✔)";
    }

    private List<String> scenarioIds() {
        return new TreeSet<>(drivers.stream()
                        .flatMap(results -> results.scenarios().stream())
                        .toList())
                .stream().map(ScenarioResult::scenario).distinct().toList();
    }

    private void reasons() {
        page.append("\n## Not applicable, because ...\n\n");
        for (DriverResults results : drivers) {
            Map<String, List<ScenarioResult>> byReason = results.scenarios().stream()
                    .filter(result -> result.outcome() == Outcome.NOT_APPLICABLE)
                    .collect(Collectors.groupingBy(
                            result -> result.reason().orElse("?"), TreeMap::new, Collectors.toList()));
            byReason.forEach((reason, skipped) -> page.append("- **")
                    .append(results.driver().name())
                    .append("**, ")
                    .append(skipped.stream()
                            .map(ScenarioResult::scenario)
                            .distinct()
                            .collect(Collectors.joining(", ")))
                    .append(": ")
                    .append(reason)
                    .append(".\n"));
        }
    }

    private void titles() {
        page.append("\n## What the scenarios show\n\n");
        for (String scenario : scenarioIds()) {
            page.append("- **").append(scenario).append("**\n");
            drivers.stream()
                    .flatMap(results -> results.scenarios().stream())
                    .filter(result -> result.scenario().equals(scenario))
                    .map(ScenarioResult::title)
                    .distinct()
                    .sorted()
                    .forEach(title -> page.append("  - ").append(title).append('\n'));
        }
    }

    private void header(String first) {
        List<String> cells = new ArrayList<>(List.of(first));
        drivers.forEach(results -> cells.add(results.driver().name()));
        row(cells);
        page.append("|---".repeat(cells.size())).append("|\n");
    }

    private void row(String first, Function<DriverResults, String> cell) {
        List<String> cells = new ArrayList<>(List.of(first));
        drivers.forEach(results -> cells.add(cell.apply(results)));
        row(cells);
    }

    private void row(List<String> cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
