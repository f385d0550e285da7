package dev.conclave.faults.history;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An entry as a line: time, who, the event's simple name, and its components. */
final class Json {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final Map<String, Class<?>> EVENTS = Arrays.stream(Event.class.getPermittedSubclasses())
            .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

    private Json() {}

    static String line(Entry entry) {
        JsonObject json = new JsonObject();
        json.addProperty("at", entry.at());
        json.addProperty("who", entry.who());
        json.addProperty("event", entry.event().getClass().getSimpleName());
        GSON.toJsonTree(entry.event()).getAsJsonObject().entrySet().forEach(e -> json.add(e.getKey(), e.getValue()));
        return GSON.toJson(json);
    }

    static Entry entry(String line) {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        Class<?> type = EVENTS.get(json.get("event").getAsString());
        if (type == null) {
            throw new IllegalArgumentException("no such event: " + line);
        }
        return new Entry(json.get("at").getAsLong(), json.get("who").getAsString(), (Event) GSON.fromJson(json, type));
    }
}
