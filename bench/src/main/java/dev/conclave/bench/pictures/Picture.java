package dev.conclave.bench.pictures;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one workload measured on all backends.
 *
 * @param name for a file
 * @param title as it stands above
 * @param panels in rows of so many
 * @param legend whether bars are explained
 */
public record Picture(
        String name, String title, String note, List<? extends Panel> panels, int columns, boolean legend) {
    private static final double WIDTH = 960;
    private static final double MARGIN = 20;
    private static final double GAP = 28;
    private static final double HEAD = 64;

    /** A figure that is worth a picture. */
    private record Subject(String workload, String title, String metric) {}

    private static final List<Subject> BARS = List.of(
            new Subject("cycle", "Acquire and release, one thread: cycles a second", "cycles/s"),
            new Subject("threads", "Acquire and release, 16 threads, a name each: cycles a second", "cycles/s"),
            new Subject("contended", "Four processes on one lock: hand-overs a second", "hand-overs/s"),
            new Subject("stepdown", "The leader steps down: milliseconds until the next leads", "next leads p50 ms"),
            new Subject("kill", "The leader is killed: seconds until the next leads", "next leads after s"));

    /** How something grows: what the server is asked, and a latency. */
    private record Growth(String workload, String title, String per, String requests, String latency) {}

    private static final List<Growth> GROWTH = List.of(
            new Growth(
                    "waiters",
                    "Conclave with more and more who wait for one lock",
                    "/release",
                    "requests to the server a release",
                    "hand-over p50 ms"),
            new Growth(
                    "idle",
                    "Conclave with more and more locks held and idle",
                    "/s",
                    "requests to the server a second",
                    "one more cycle ms"),
            new Growth(
                    "watchers",
                    "Conclave with more and more who watch one group",
                    "/change",
                    "requests to the server a change",
                    "seen by all p50 ms"),
            new Growth(
                    "crowd",
                    "Conclave with more and more members in one group",
                    "/change",
                    "requests to the server a change",
                    "change seen p50 ms"));

    /** A picture for each workload that was measured and has one. */
    public static List<Picture> of(List<Sheet> sheets) {
        List<Picture> pictures = new ArrayList<>();
        BARS.forEach(subject -> bars(subject, sheets).ifPresent(pictures::add));
        GROWTH.forEach(growth -> lines(growth, sheets).ifPresent(pictures::add));
        return pictures;
    }

    private static List<Sheet> of(String workload, List<Sheet> sheets) {
        return sheets.stream()
                .filter(sheet -> sheet.workload().equals(workload))
                .toList();
    }

    private static Optional<Picture> bars(Subject subject, List<Sheet> sheets) {
        List<Panel> panels = new ArrayList<>();
        Metric.Better better = Metric.Better.NEITHER;
        for (Sheet sheet : of(subject.workload, sheets)) {
            for (Metric metric : sheet.metrics()) {
                if (metric.name().equals(subject.metric)) {
                    panels.add(new BarPanel(sheet, metric));
                    better = metric.better();
                }
            }
        }
        String note = (better == Metric.Better.HIGHER ? "Longer is better. " : "Shorter is better. ")
                + "Each backend has a scale of its own.";
        return panels.isEmpty()
                ? Optional.empty()
                : Optional.of(new Picture(subject.workload, subject.title, note, panels, 3, true));
    }

    private static Optional<Picture> lines(Growth growth, List<Sheet> sheets) {
        List<LinePanel.Line> requests = new ArrayList<>();
        List<LinePanel.Line> latencies = new ArrayList<>();
        for (Sheet sheet : of(growth.workload, sheets)) {
            sheet.metrics().stream()
                    .map(metric -> metric.at(0))
                    .filter(metric -> metric.name().endsWith(growth.per))
                    .findFirst()
                    .ifPresent(counter -> line(sheet, counter).ifPresent(requests::add));
            line(sheet, Metric.lower(growth.latency)).ifPresent(latencies::add);
        }
        List<Panel> panels = new ArrayList<>();
        String axis = of(growth.workload, sheets).stream()
                .map(Sheet::axis)
                .findFirst()
                .orElse("");
        if (!requests.isEmpty()) {
            panels.add(new LinePanel(growth.requests, axis, requests));
        }
        if (!latencies.isEmpty()) {
            panels.add(new LinePanel(growth.latency, axis, latencies));
        }
        return panels.isEmpty()
                ? Optional.empty()
                : Optional.of(new Picture(
                        growth.workload,
                        growth.title,
                        "Lower is better. Both axes are logarithmic; what is 0 lies on the lower edge.",
                        panels,
                        2,
                        false));
    }

    private static Optional<LinePanel.Line> line(Sheet sheet, Metric metric) {
        Optional<Contestant> us = sheet.us();
        if (us.isEmpty()) {
            return Optional.empty();
        }
        NavigableMap<Integer, Double> points = new TreeMap<>();
        for (int size : sheet.sizes(us.get())) {
            sheet.figure(us.get(), metric.at(size)).ifPresent(figure -> points.put(size, figure.median()));
        }
        // A backend has its colour in all pictures.
        String style = "on-" + sheet.backend().label();
        return points.isEmpty()
                ? Optional.empty()
                : Optional.of(new LinePanel.Line(sheet.backend().label(), style, points));
    }

    /** The picture by itself. */
    public String svg() {
        Svg svg = new Svg();
        double height = draw(svg, 0);
        return svg.page(WIDTH, height);
    }

    /** Several below each other. */
    public static String svg(List<Picture> pictures) {
        Svg svg = new Svg();
        double y = 0;
        for (Picture picture : pictures) {
            y += picture.draw(svg, y);
        }
        return svg.page(WIDTH, y);
    }

    private double draw(Svg svg, double top) {
        svg.text(MARGIN, top + 28, Svg.Anchor.START, "title", title);
        svg.text(MARGIN, top + 46, Svg.Anchor.START, "faint", note);
        if (legend) {
            legend(svg, top + 46);
        }
        double width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
        double y = top + HEAD;
        for (int first = 0; first < panels.size(); first += columns) {
            List<? extends Panel> row = panels.subList(first, Math.min(first + columns, panels.size()));
            for (int i = 0; i < row.size(); i++) {
                row.get(i).draw(svg, MARGIN + i * (width + GAP), y, width);
            }
            y += row.stream().mapToDouble(Panel::height).max().orElse(0) + 16;
        }
        return y - top;
    }

    private static void legend(Svg svg, double y) {
        double x = WIDTH - MARGIN - 390;
        x = swatch(svg, x, y, "conclave", "Conclave", 76);
        x = swatch(svg, x, y, "peer", "other libraries", 104);
        x = swatch(svg, x, y, "floor", "raw client", 80);
        svg.line(x, y - 4, x + 16, y - 4, "spread");
        svg.text(x + 20, y, Svg.Anchor.START, "faint", "least to most");
    }

    private static double swatch(Svg svg, double x, double y, String style, String text, double width) {
        svg.rectangle(x, y - 9, 10, 10, style);
        svg.text(x + 14, y, Svg.Anchor.START, "faint", text);
        return x + width;
    }
}
