package dev.conclave.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that a run measured and on what, as Markdown or JSON. */
final class Report {
    private static final Gson JSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Map<String, String> circumstances;
    private final List<Sheet> sheets = new ArrayList<>();

    /**
     * An empty report.
     *
     * @param circumstances the machine, the versions, the command
     */
    Report(Map<String, String> circumstances) {
        this.circumstances = new LinkedHashMap<>(circumstances);
    }

    void circumstance(String name, String value) {
        circumstances.put(name, value);
    }

    void add(Sheet sheet) {
        sheets.add(sheet);
    }

    /** By the file's name: JSON if it ends in .json, Markdown otherwise. */
    void write(Path file) throws IOException {
        Files.writeString(file, file.toString().endsWith(".json") ? json() : markdown());
    }

    String markdown() {
        StringBuilder text = new StringBuilder("## Benchmark\n\n");
        circumstances.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append(
                "\nMedian (least–most) of the rounds; bare where there was one measurement. More is better under ↑, less under"
                        + " ↓. The last columns are ratios of the first figure.\n");
        sheets.forEach(sheet -> text.append('\n').append(Table.of(sheet)));
        return text.toString();
    }

    String json() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("circumstances", circumstances);
        root.put("sheets", sheets.stream().map(Report::sheet).toList());
        return JSON.toJson(root) + "\n";
    }

    private static Map<String, Object> sheet(Sheet sheet) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("workload", sheet.workload());
        json.put("backend", sheet.backend().label());
        json.put("caption", sheet.caption());
        json.put(
                "contestants",
                sheet.contestants().stream()
                        .map(each -> contestant(sheet, each))
                        .toList());
        json.put("remarks", sheet.remarks());
        return json;
    }

    private static Map<String, Object> contestant(Sheet sheet, Contestant contestant) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", contestant.name());
        json.put("kind", contestant.kind());
        json.put("version", contestant.version());
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Metric metric : sheet.metrics()) {
            sheet.figure(contestant, metric)
                    .ifPresent(spread -> figures.put(metric.name(), figure(sheet, contestant, metric, spread)));
        }
        json.put("figures", figures);
        return json;
    }

    private static Map<String, Object> figure(Sheet sheet, Contestant contestant, Metric metric, Spread spread) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("better", metric.better());
        json.put("median", spread.median());
        json.put("least", spread.least());
        json.put("most", spread.most());
        json.put("values", spread.values());
        sheet.best(Contestant.Kind.PEER, metric)
                .flatMap(peer -> sheet.ratio(contestant, peer, metric))
                .ifPresent(ratio -> json.put("through best peer", ratio));
        sheet.best(Contestant.Kind.FLOOR, metric)
                .flatMap(floor -> sheet.ratio(contestant, floor, metric))
                .ifPresent(ratio -> json.put("through floor", ratio));
        return json;
    }
}
