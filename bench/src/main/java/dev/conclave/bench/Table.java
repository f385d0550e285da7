package dev.conclave.bench;

import static dev.conclave.bench.Contestant.Kind.CONCLAVE;
import static dev.conclave.bench.Contestant.Kind.FLOOR;
import static dev.conclave.bench.Contestant.Kind.PEER;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes a sheet in Markdown, columns aligned so that it reads well as plain text too. */
public final class Table {
    private Table() {}

    /** The table, what Conclave's figures are to the best peer's and the floor's, and remarks. */
    public static String of(Sheet sheet) {
        StringBuilder text = new StringBuilder();
        text.append("### ")
                .append(sheet.workload())
                .append(" on ")
                .append(sheet.backend().label())
                .append("\n\n")
                .append(sheet.caption())
                .append("\n\n");
        if (!sheet.metrics().isEmpty()) {
            text.append(aligned(cells(sheet)));
            comparison(sheet).ifPresent(line -> text.append('\n').append(line).append('\n'));
        }
        sheet.remarks().forEach(remark -> text.append("\n> ").append(remark).append('\n'));
        return text.toString();
    }

    private static List<List<String>> cells(Sheet sheet) {
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
            List<String> row = new ArrayList<>();
            row.add(contestant.kind() == CONCLAVE ? "**" + contestant.name() + "**" : contestant.name());
            for (Metric metric : sheet.metrics()) {
                row.add(sheet.figure(contestant, metric).map(Spread::toString).orElse(""));
            }
            peer.ifPresent(best -> row.add(ratio(sheet, contestant, best, main)));
            floor.ifPresent(best -> row.add(ratio(sheet, contestant, best, main)));
            cells.add(row);
        }
        return cells;
    }

    private static String ratio(Sheet sheet, Contestant contestant, Contestant to, Metric metric) {
        return sheet.ratio(contestant, to, metric)
                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                .orElse("");
    }

    /** Each figure of ours beside the best that any peer has in that figure, which may be another peer each time. */
    private static Optional<String> comparison(Sheet sheet) {
        Optional<Contestant> us = sheet.best(CONCLAVE, sheet.metrics().get(0));
        if (us.isEmpty() || sheet.best(PEER, sheet.metrics().get(0)).isEmpty()) {
            return Optional.empty();
        }
        String parts = sheet.metrics().stream()
                .filter(metric -> metric.better() != Metric.Better.NEITHER)
                .flatMap(metric -> sheet.best(PEER, metric).stream()
                        .filter(peer -> sheet.ratio(us.get(), peer, metric).isPresent())
                        .map(peer ->
                                metric.head() + " " + ratio(sheet, us.get(), peer, metric) + " (" + peer.name() + ")"))
                .collect(Collectors.joining("; "));
        return Optional.of("Conclave through the best peer of each figure: " + parts + ".");
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
