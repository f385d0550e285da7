package dev.conclave.bench;

import static dev.conclave.bench.Contestant.Kind.FLOOR;
import static dev.conclave.bench.Contestant.Kind.PEER;

import dev.conclave.bench.workloads.IdleWorkload;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What Conclave is to reach, and whether it did, as far as it was measured. */
final class Bars {
    /** Pings and the like are counted too. */
    private static final double STRAY = 0.05;
    /** "Does not grow" from the smallest size to the largest. */
    private static final double CONSTANT = 2;

    private static final int MANY_HELD = 1_000;
    /** One request that falls into the seconds for which it is watched, by chance. */
    private static final double ONE_REQUEST = 1.0 / IdleWorkload.OUR_SECONDS;

    private static final double PUSHED_MILLIS = 10;

    private static final List<Bar> ALL = List.of(
            new Bar("at most 2 round trips a cycle", "cycle", Bars::roundTrips),
            new Bar("no more requests a cycle than the best peer", "cycle", Bars::requests),
            new Bar("no more client CPU a cycle than the best peer", "cycle", Bars::cpu),
            new Bar("one thread: ≥ 0.9 × the raw client", "cycle", sheet -> rate(sheet, "cycles/s", FLOOR, 0.9)),
            new Bar("16 threads: ≥ 1.0 × the best peer", "threads", sheet -> rate(sheet, "cycles/s", PEER, 1)),
            new Bar("hand-overs: ≥ 1.0 × the best peer", "contended", sheet -> rate(sheet, "hand-overs/s", PEER, 1)),
            new Bar("requests a release do not grow with who waits", "waiters", sheet -> growth(sheet, "/release")),
            new Bar("a join is seen by push, within 10 ms", "join", Bars::pushed),
            new Bar("traffic of a change does not grow with the group", "crowd", sheet -> growth(sheet, "/change")),
            new Bar("1,000 held and idle: renewed as one", "idle", Bars::idle),
            new Bar("at most 2 threads of ours a coordinator", "idle", Bars::threads));

    private final Map<Backend, Map<String, Sheet>> sheets = new EnumMap<>(Backend.class);

    /** A bar, and how it is read off a sheet. */
    private record Bar(String name, String workload, Function<Sheet, Optional<String>> verdict) {}

    Bars(List<Sheet> all) {
        for (Sheet sheet : all) {
            Map<String, Sheet> on = sheets.computeIfAbsent(sheet.backend(), key -> new HashMap<>());
            if (on.put(sheet.workload(), sheet) != null) {
                throw new IllegalArgumentException("there are two reports of " + sheet.workload() + " on "
                        + sheet.backend().label());
            }
        }
    }

    /** A row a bar, a column a backend; what was not measured is a dash. */
    String table() {
        List<List<String>> cells = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        sheets.keySet().forEach(backend -> head.add(backend.label()));
        cells.add(head);
        for (Bar bar : ALL) {
            List<String> row = new ArrayList<>(List.of(bar.name));
            for (Map<String, Sheet> on : sheets.values()) {
                row.add(Optional.ofNullable(on.get(bar.workload))
                        .flatMap(sheet -> verdict(bar, sheet))
                        .orElse("–"));
            }
            cells.add(row);
        }
        return Table.aligned(cells);
    }

    private static Optional<String> verdict(Bar bar, Sheet sheet) {
        // What it measured before it failed is no merit.
        return sheet.out().keySet().stream().anyMatch(Contestant::isUs)
                ? Optional.of("**failed**")
                : bar.verdict.apply(sheet);
    }

    private static String said(boolean met, String figure) {
        return met ? "met: " + figure : "**missed**: " + figure;
    }

    /** As it is printed, so that what reads 1.00 is not said to miss 1. */
    private static double printed(double ratio) {
        return Math.round(ratio * 100) / 100.0;
    }

    private static String times(double ratio, Contestant of) {
        return String.format(Locale.ROOT, "%.2f × %s", ratio, of.kind() == FLOOR ? of.version() : of.name());
    }

    /** How our figure is to the best of a kind, and who of that kind is out; empty if nobody is and either was not measured. */
    private static Optional<String> compared(
            Sheet sheet, Metric metric, Contestant.Kind kind, Function<Double, Boolean> met) {
        Optional<String> verdict = sheet.us()
                .flatMap(us -> sheet.best(kind, metric)
                        .flatMap(best -> sheet.ratio(us, best, metric)
                                .map(Bars::printed)
                                .map(ratio -> said(met.apply(ratio), times(ratio, best)))));
        String out = sheet.out().keySet().stream()
                .filter(contestant -> contestant.kind() == kind)
                .map(Contestant::name)
                .collect(Collectors.joining(", "));
        return out.isEmpty() ? verdict : Optional.of(verdict.orElse("–") + ", without " + out);
    }

    private static Optional<String> rate(Sheet sheet, String metric, Contestant.Kind kind, double least) {
        return compared(sheet, Metric.higher(metric), kind, ratio -> ratio >= least);
    }

    /** The server's counters, per what is said. */
    private static List<Metric> counters(Sheet sheet, String per) {
        return sheet.metrics().stream()
                .filter(metric -> metric.better() == Metric.Better.LOWER)
                .filter(metric -> metric.name().endsWith(per) && !metric.name().contains("CPU"))
                .map(metric -> metric.at(0))
                .distinct()
                .toList();
    }

    /** The one that matters. */
    private static Optional<Metric> counter(Sheet sheet, String per) {
        return counters(sheet, per).stream().findFirst();
    }

    /** The one by which work is told that others hide: commands rather than round trips, and bytes rather than both. */
    private static Optional<Metric> thorough(Sheet sheet, String per) {
        return counters(sheet, per).stream().reduce((one, next) -> next);
    }

    private static Optional<Double> ours(Sheet sheet, Metric metric) {
        return sheet.us().flatMap(us -> sheet.figure(us, metric)).map(Spread::median);
    }

    private static Optional<String> roundTrips(Sheet sheet) {
        return counter(sheet, "/cycle")
                .flatMap(metric -> ours(sheet, metric).map(count -> {
                    String figure = Spread.figure(count) + " " + metric.name().replace("/cycle", "");
                    boolean met = count <= 2 + STRAY;
                    // memcached does not tell which of them came together.
                    return !met && sheet.backend() == Backend.MEMCACHED
                            ? figure + ", some together"
                            : said(met, figure);
                }));
    }

    private static Optional<String> requests(Sheet sheet) {
        return counter(sheet, "/cycle").flatMap(metric -> compared(sheet, metric, PEER, ratio -> ratio <= 1 + STRAY));
    }

    private static Optional<String> cpu(Sheet sheet) {
        return compared(sheet, Metric.lower("client CPU µs/cycle"), PEER, ratio -> ratio <= 1);
    }

    private static Optional<String> growth(Sheet sheet, String per) {
        Optional<List<Integer>> sizes = sheet.us().map(sheet::sizes).filter(measured -> measured.size() > 1);
        Optional<Metric> metric = thorough(sheet, per);
        if (sizes.isEmpty() || metric.isEmpty()) {
            return Optional.empty();
        }
        int least = sizes.get().get(0);
        int most = sizes.get().get(sizes.get().size() - 1);
        return ours(sheet, metric.get().at(least))
                .flatMap(few -> ours(sheet, metric.get().at(most))
                        .map(many -> said(
                                many <= few * CONSTANT,
                                String.format(
                                        Locale.ROOT,
                                        "%s %s at %,d, %s at %,d",
                                        Spread.figure(few),
                                        metric.get().name().replace(per, ""),
                                        least,
                                        Spread.figure(many),
                                        most))));
    }

    private static Optional<String> pushed(Sheet sheet) {
        return ours(sheet, Metric.lower("join seen p50 ms"))
                .map(millis -> said(millis <= PUSHED_MILLIS, Spread.figure(millis) + " ms"));
    }

    /** A renewal for each lock would be hundreds a second. */
    private static Optional<String> idle(Sheet sheet) {
        return counter(sheet, "/s")
                .flatMap(metric -> ours(sheet, metric.at(1))
                        .flatMap(one -> ours(sheet, metric.at(MANY_HELD))
                                .map(many -> said(
                                        many <= one * CONSTANT + ONE_REQUEST,
                                        Spread.figure(many) + "/s; one held " + Spread.figure(one) + "/s"))));
    }

    private static Optional<String> threads(Sheet sheet) {
        return ours(sheet, Metric.neither("of these Conclave's own").at(MANY_HELD))
                .map(count -> said(count <= 2, String.format(Locale.ROOT, "%.0f", count)));
    }
}
