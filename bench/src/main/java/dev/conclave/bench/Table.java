package dev.conclave.bench;

import static dev.conclave.bench.Contestant.Kind.FLOOR;
import static dev.conclave.bench.Contestant.Kind.PEER;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes a sheet in Markdown, columns aligned so that it reads well as plain text too. */
public final class Table {
    private final Sheet sheet;

    private Table(Sheet sheet) {
        this.sheet = sheet;
    }

    /** The table, what Conclave's figures are to the best peer's and the floor's, and who is out. */
    public static String of(Sheet sheet) {
        return new Table(sheet).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append("### ")
                .append(sheet.workload())
                .append(" on ")
                .append(sheet.backend().label())
                .append("\n\n")
                .append(sheet.caption())
                .append("\n\n");
        if (!sheet.metrics().isEmpty()) {
            text.append(aligned(sheet.grows() ? growth() : cells()));
            comparison().ifPresent(line -> text.append('\n').append(line).append('\n'));
        }
        sheet.out()
                .forEach((contestant, reason) -> text.append("\n> ")
                        .append(contestant.name())
                        .append(" could not go on: ")
                        .append(reason)
                        .append('\n'));
        return text.toString();
    }

    private List<List<String>> cells() {
        Metric main = sheet.metrics().get(0);
        Optional<Contestant> peer = sheet.best(PEER, main);
        Optional<Contestant> floor = sheet.best(FLOOR, main);
        List<List<String>> cells = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(""));
        sheet.metrics().forEach(metric -> head.add(metric.head()));
        peer.ifPresent(best -> head.add("× best peer"));
        floor.ifPresent(best -> head.add("× floor"));
        cells.add(head);
        for (Contestant contestant : sheet.contestants()) {
            List<String> row = new ArrayList<>(List.of(name(contestant)));
            sheet.metrics().forEach(metric -> row.add(figure(contestant, metric)));
            peer.ifPresent(best -> row.add(ratio(contestant, best, main)));
            floor.ifPresent(best -> row.add(ratio(contestant, best, main)));
            cells.add(row);
        }
        return cells;
    }

    /** A line for each size of each contestant. */
    private List<List<String>> growth() {
        List<Metric> columns =
                sheet.metrics().stream().map(metric -> metric.at(0)).distinct().toList();
        List<List<String>> cells = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("", sheet.axis()));
        columns.forEach(metric -> head.add(metric.head()));
        cells.add(head);
        for (Contestant contestant : sheet.contestants()) {
            for (int size : sheet.sizes(contestant)) {
                List<String> row = new ArrayList<>(List.of(name(contestant), String.format(Locale.ROOT, "%,d", size)));
                columns.forEach(metric -> row.add(figure(contestant, metric.at(size))));
                cells.add(row);
            }
        }
        return cells;
    }

    private static String name(Contestant contestant) {
        return contestant.isUs() ? "**" + contestant.name() + "**" : contestant.name();
    }

    private String figure(Contestant contestant, Metric metric) {
        return sheet.figure(contestant, metric).map(Spread::toString).orElse("");
    }

    private String ratio(Contestant contestant, Contestant to, Metric metric) {
        return sheet.ratio(contestant, to, metric)
                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                .orElse("");
    }

    /**
     * Each figure of ours beside the best that any peer has in that figure, which may be another peer each time; of those that
     * grow, at the largest size that both have.
     */
    private Optional<String> comparison() {
        Optional<Contestant> us = sheet.us();
        if (us.isEmpty()) {
            return Optional.empty();
        }
        List<Metric> compared = sheet.metrics().stream()
                .filter(metric -> metric.better() != Metric.Better.NEITHER)
                .filter(metric -> sheet.best(PEER, metric)
                        .flatMap(peer -> sheet.ratio(us.get(), peer, metric))
                        .isPresent())
                .toList();
        int size = compared.stream().mapToInt(Metric::size).max().orElse(0);
        String parts = compared.stream()
                .filter(metric -> metric.size() == size)
                .map(metric -> {
                    Contestant peer = sheet.best(PEER, metric).orElseThrow();
                    return metric.head() + " " + ratio(us.get(), peer, metric) + " (" + peer.name() + ")";
                })
                .collect(Collectors.joining("; "));
        String where = size == 0 ? "" : String.format(Locale.ROOT, ", %,d %s", size, sheet.axis());
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("Conclave through the best peer of each figure" + where + ": " + parts + ".");
    }

    static String aligned(List<List<String>> cells) {
        int columns = cells.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : cells) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line(text, cells.get(i), widths);
            if (i == 0) {
                rule(text, widths);
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> row, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            // Names to the left, figures to the right.
            text.append("| ")
                    .append(i == 0 ? row.get(i) + padding : padding + row.get(i))
                    .append(' ');
        }
        text.append("|\n");
    }

    private static void rule(StringBuilder text, int[] widths) {
        for (int i = 0; i < widths.length; i++) {
            text.append('|').append("-".repeat(widths[i] + 1)).append(i == 0 ? '-' : ':');
        }
        text.append("|\n");
    }
}
