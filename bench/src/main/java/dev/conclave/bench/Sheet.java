package dev.conclave.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All figures of one workload on one backend. Thread-safe. */
public final class Sheet {
    private final String workload;
    private final Backend backend;
    private final String caption;
    private final String axis;
    private final List<Metric> metrics = new ArrayList<>();
    private final Map<Contestant, Map<Metric, Spread>> rows = new LinkedHashMap<>();
    private final Map<Contestant, String> out = new LinkedHashMap<>();

    /**
     * An empty sheet.
     *
     * @param axis what the sizes of its metrics count; empty if they have none
     */
    public Sheet(String workload, Backend backend, String caption, String axis) {
        this.workload = workload;
        this.backend = backend;
        this.caption = caption;
        this.axis = axis;
    }

    /** Notes a measurement. The first metric of a sheet is the one by which contestants are compared. */
    public synchronized void record(Contestant contestant, Metric metric, double value) {
        spread(contestant, metric).add(value);
    }

    /** Notes many measurements. */
    public synchronized void record(Contestant contestant, Metric metric, Spread spread) {
        spread(contestant, metric);
        rows.get(contestant).put(metric, spread);
    }

    private Spread spread(Contestant contestant, Metric metric) {
        if (!metrics.contains(metric)) {
            metrics.add(metric);
        }
        return rows.computeIfAbsent(contestant, key -> new LinkedHashMap<>())
                .computeIfAbsent(metric, key -> Spread.of(List.of()));
    }

    /** Notes that a contestant could not go on, and why. Figures that it has so far stay. */
    public synchronized void out(Contestant contestant, String reason) {
        out.put(contestant, reason);
    }

    /** See the constructor. */
    public String workload() {
        return workload;
    }

    /** See the constructor. */
    public Backend backend() {
        return backend;
    }

    /** See the constructor. */
    public String caption() {
        return caption;
    }

    /** See the constructor. */
    public String axis() {
        return axis;
    }

    /** Whether it tells how figures grow. */
    public boolean grows() {
        return !axis.isEmpty();
    }

    /** In the order in which they were first noted. */
    public synchronized List<Metric> metrics() {
        return List.copyOf(metrics);
    }

    /** Who could not go on, and why, in the order in which it was noted; may have figures or not. */
    public synchronized Map<Contestant, String> out() {
        return new LinkedHashMap<>(out);
    }

    /** Those with figures. */
    public synchronized List<Contestant> contestants() {
        return List.copyOf(rows.keySet());
    }

    /** What was measured, if anything was. */
    public synchronized Optional<Spread> figure(Contestant contestant, Metric metric) {
        return Optional.ofNullable(rows.getOrDefault(contestant, Map.of()).get(metric))
                .filter(spread -> !spread.isEmpty());
    }

    /** The sizes at which a contestant was measured, ascending. */
    public synchronized List<Integer> sizes(Contestant contestant) {
        return rows.getOrDefault(contestant, Map.of()).keySet().stream()
                .map(Metric::size)
                .distinct()
                .sorted()
                .toList();
    }

    /** Conclave, if it was measured. */
    public Optional<Contestant> us() {
        return contestants().stream().filter(Contestant::isUs).findFirst();
    }

    /** Whoever of a kind has the best median, if anybody of that kind was measured. */
    public Optional<Contestant> best(Contestant.Kind kind, Metric metric) {
        Contestant best = null;
        double bestMedian = 0;
        for (Contestant contestant : contestants()) {
            Optional<Spread> figure = figure(contestant, metric);
            if (contestant.kind() != kind || figure.isEmpty()) {
                continue;
            }
            double median = figure.get().median();
            boolean better = metric.better() == Metric.Better.HIGHER ? median > bestMedian : median < bestMedian;
            if (best == null || better) {
                best = contestant;
                bestMedian = median;
            }
        }
        return Optional.ofNullable(best);
    }

    /** One median through another, if both were measured and the second is not zero. */
    public Optional<Double> ratio(Contestant contestant, Contestant to, Metric metric) {
        return figure(contestant, metric)
                .flatMap(mine -> figure(to, metric)
                        .filter(theirs -> theirs.median() != 0)
                        .map(theirs -> mine.median() / theirs.median()));
    }
}
