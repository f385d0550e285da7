package dev.conclave.kit.results;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that the kit found out about one driver. As a file: JSON lines, the driver first, then a scenario a line in a fixed
 * order, so that two runs with the same findings differ in nothing but the seconds.
 *
 * @param driver what the driver says of itself
 * @param scenarios what came of each scenario
 */
public record DriverResults(DriverInfo driver, List<ScenarioResult> scenarios) {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Sorts the scenarios. */
    public DriverResults {
        scenarios = scenarios.stream().sorted().toList();
    }

    /** The same without what differs from run to run: what is committed. */
    public DriverResults withoutTimings() {
        return new DriverResults(
                driver, scenarios.stream().map(ScenarioResult::withoutTimings).toList());
    }

    /** The lines of the file. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(JSON.toJson(json(driver)));
        scenarios.forEach(scenario -> lines.add(JSON.toJson(json(scenario))));
        return lines;
    }

    /** Writes {@code DRIVER.json} into the folder, and returns its path. */
    public Path writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        return Files.write(folder.resolve(driver.name() + ".json"), lines());
    }

    /** Reads a file that {@link #writeTo} wrote. */
    public static DriverResults read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        DriverInfo driver = driver(JsonParser.parseString(lines.get(0)).getAsJsonObject());
        List<ScenarioResult> scenarios = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            scenarios.add(scenario(JsonParser.parseString(line).getAsJsonObject()));
        }
        return new DriverResults(driver, scenarios);
    }

    private static JsonObject json(DriverInfo driver) {
        JsonObject json = new JsonObject();
        json.addProperty("driver", driver.name());
        json.add("schemes", array(driver.schemes()));
        json.add("urlForms", array(driver.urlForms()));
        json.add(
                "traits",
                array(driver.traits().stream().sorted().map(Trait::name).toList()));
        driver.deathSeenWithin().ifPresent(bound -> json.addProperty("deathSeenWithin", Durations.format(bound)));
        json.addProperty("beliefOverlap", Durations.format(driver.beliefOverlap()));
        return json;
    }

    private static DriverInfo driver(JsonObject json) {
        Set<Trait> traits = EnumSet.noneOf(Trait.class);
        strings(json.get("traits")).forEach(name -> traits.add(Trait.valueOf(name)));
        return new DriverInfo(
                json.get("driver").getAsString(),
                strings(json.get("schemes")),
                strings(json.get("urlForms")),
                traits,
                Optional.ofNullable(json.get("deathSeenWithin"))
                        .map(JsonElement::getAsString)
                        .map(Durations::parse),
                Durations.parse(json.get("beliefOverlap").getAsString()));
    }

    private static JsonObject json(ScenarioResult result) {
        JsonObject json = new JsonObject();
        json.addProperty("scenario", result.scenario());
        json.addProperty("title", result.title());
        json.addProperty("outcome", result.outcome().toString());
        result.reason().ifPresent(reason -> json.addProperty("reason", reason));
        result.seconds().ifPresent(seconds -> json.addProperty("seconds", seconds));
        return json;
    }

    private static ScenarioResult scenario(JsonObject json) {
        return new ScenarioResult(
                json.get("scenario").getAsString(),
                json.get("title").getAsString(),
                Outcome.parse(json.get("outcome").getAsString()),
                Optional.ofNullable(json.get("reason")).map(JsonElement::getAsString),
                Optional.ofNullable(json.get("seconds")).map(JsonElement::getAsDouble));
    }

    private static JsonArray array(Collection<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static List<String> strings(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }
}
