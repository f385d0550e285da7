package dev.conclave.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** All that a run measured and on what; kept as JSON, from which it can be read again. */
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

    Map<String, String> circumstances() {
        return new LinkedHashMap<>(circumstances);
    }

    /** One report of several; what they differ in is told of each. */
    static Report together(List<Report> reports) {
        Report all = new Report(Document.circumstances(reports));
        reports.forEach(report -> report.sheets.forEach(all::add));
        return all;
    }

    void add(Sheet sheet) {
        sheets.add(sheet);
    }

    List<Sheet> sheets() {
        return List.copyOf(sheets);
    }

    /** Whether everybody could go on to the end. */
    boolean isWhole() {
        return sheets.stream().allMatch(sheet -> sheet.out().isEmpty());
    }

    String markdown() {
        StringBuilder text = new StringBuilder("## Benchmark\n\n");
        circumstances.forEach((name, value) ->
                text.append("- ").append(name).append(": ").append(value).append('\n'));
        text.append('\n').append(Document.HOW_TO_READ).append('\n');
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
        json.put("axis", sheet.axis());
        Set<Contestant> all = new LinkedHashSet<>(sheet.contestants());
        all.addAll(sheet.out().keySet());
        json.put(
                "contestants", all.stream().map(each -> contestant(sheet, each)).toList());
        return json;
    }

    private static Map<String, Object> contestant(Sheet sheet, Contestant contestant) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", contestant.name());
        json.put("kind", contestant.kind());
        json.put("version", contestant.version());
        String reason = sheet.out().get(contestant);
        if (reason != null) {
            json.put("out", reason);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Metric metric : sheet.metrics()) {
            sheet.figure(contestant, metric)
                    .ifPresent(spread -> figures.put(metric.key(), figure(sheet, contestant, metric, spread)));
        }
        json.put("figures", figures);
        return json;
    }

    private static Map<String, Object> figure(Sheet sheet, Contestant contestant, Metric metric, Spread spread) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", metric.name());
        json.put("better", metric.better());
        json.put("size", metric.size());
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

    /** What {@link #json} wrote. */
    static Report read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (RuntimeException e) {
            throw new IOException(file + " is not a report of a benchmark: " + e.getMessage(), e);
        }
    }

    static Report parse(String json) {
        JsonObject root = JsonParser.parseString(json).getAsJsonObject();
        Map<String, String> circumstances = new LinkedHashMap<>();
        root.getAsJsonObject("circumstances")
                .entrySet()
                .forEach(entry ->
                        circumstances.put(entry.getKey(), entry.getValue().getAsString()));
        Report report = new Report(circumstances);
        for (JsonElement each : root.getAsJsonArray("sheets")) {
            report.add(parse(each.getAsJsonObject()));
        }
        return report;
    }

    private static Sheet parse(JsonObject json) {
        Backend backend = Backend.valueOf(json.get("backend").getAsString().toUpperCase(Locale.ROOT));
        Sheet sheet = new Sheet(
                json.get("workload").getAsString(),
                backend,
                json.get("caption").getAsString(),
                json.get("axis").getAsString());
        for (JsonElement each : json.getAsJsonArray("contestants")) {
            parse(each.getAsJsonObject(), backend, sheet);
        }
        return sheet;
    }

    private static void parse(JsonObject json, Backend backend, Sheet sheet) {
        Contestant contestant = new Contestant(
                json.get("name").getAsString(),
                backend,
                Contestant.Kind.valueOf(json.get("kind").getAsString()),
                Set.of(),
                json.get("version").getAsString(),
                (url, member) -> {
                    throw new IllegalStateException("read from a report");
                });
        if (json.has("out")) {
            sheet.out(contestant, json.get("out").getAsString());
        }
        for (Map.Entry<String, JsonElement> entry :
                json.getAsJsonObject("figures").entrySet()) {
            JsonObject figure = entry.getValue().getAsJsonObject();
            Metric metric = new Metric(
                    figure.get("name").getAsString(),
                    Metric.Better.valueOf(figure.get("better").getAsString()),
                    figure.get("size").getAsInt());
            figure.getAsJsonArray("values").forEach(value -> sheet.record(contestant, metric, value.getAsDouble()));
        }
    }
}
