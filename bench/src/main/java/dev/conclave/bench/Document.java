package dev.conclave.bench;

import dev.conclave.bench.pictures.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A page of one or more reports: which bars are met, what it was measured on, pictures, and all tables. */
final class Document {
    static final String HOW_TO_READ =
            "Median (least–most) of the rounds; bare where there was one measurement. More is better under ↑, less under ↓."
                    + " The columns with × are ratios of the first figure.";

    private final List<Report> reports;
    private final List<Sheet> sheets;
    private final Bars bars;

    /** Fails if two of the reports have the same workload on the same backend. */
    Document(List<Report> reports) {
        this.reports = reports;
        this.sheets =
                reports.stream().flatMap(report -> report.sheets().stream()).toList();
        this.bars = new Bars(sheets);
    }

    /** Writes the page, and its pictures into a folder beside it that is named like it. */
    void write(Path page) throws IOException {
        String name = page.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        Path folder = page.resolveSibling(name);
        Files.createDirectories(folder);
        StringBuilder links = new StringBuilder();
        for (Picture picture : Picture.of(sheets)) {
            Files.writeString(folder.resolve(picture.name() + ".svg"), picture.svg());
            links.append("\n![")
                    .append(picture.title())
                    .append("](")
                    .append(name)
                    .append('/')
                    .append(picture.name())
                    .append(".svg)\n");
        }
        Files.writeString(page, markdown(links.toString()));
    }

    private String markdown(String pictures) {
        return "# Benchmarks\n\n"
                + "Conclave and what Java programs use instead, on the same servers in one run. This page is written by"
                + " [`bench/run`](../bench/README.md), which says how everything is measured; [where the time"
                + " goes](performance.md) tells what is known of the bars that are missed.\n\n"
                + "## What Conclave is to reach\n\n"
                + bars.table()
                + "\n\"Best peer\" is the library that is best in that figure, as named; the raw client does two minimal"
                + " writes and promises nothing. A dash: there is no such figure or no such peer. Failed: Conclave could"
                + " not go on to the end of that workload; \"without\" names peers that could not. The tables say why.\n\n"
                + "## Measured on\n\n"
                + circumstances(reports).entrySet().stream()
                        .map(entry -> "- " + entry.getKey() + ": " + entry.getValue() + "\n")
                        .collect(Collectors.joining())
                + "\n## At a glance\n"
                + pictures
                + "\n## All figures\n\n"
                + HOW_TO_READ
                + "\n"
                + sheets.stream().map(sheet -> "\n" + Table.of(sheet)).collect(Collectors.joining());
    }

    /** What all reports share once; where they differ, each with the backends that it is of. */
    static Map<String, String> circumstances(List<Report> reports) {
        Set<String> names = new LinkedHashSet<>();
        reports.forEach(report -> names.addAll(report.circumstances().keySet()));
        Map<String, String> merged = new LinkedHashMap<>();
        for (String name : names) {
            Map<String, List<String>> values = new LinkedHashMap<>();
            for (Report report : reports) {
                String value = report.circumstances().get(name);
                if (value != null) {
                    values.computeIfAbsent(value, key -> new ArrayList<>()).add(backends(report));
                }
            }
            merged.put(name, values.size() == 1 ? values.keySet().iterator().next() : each(values));
        }
        return merged;
    }

    private static String each(Map<String, List<String>> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + String.join(", ", entry.getValue()) + ")")
                .collect(Collectors.joining("; "));
    }

    private static String backends(Report report) {
        return report.sheets().stream()
                .map(sheet -> sheet.backend().label())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
