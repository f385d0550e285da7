package dev.conclave;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import dev.conclave.spi.Names;
import java.util.Optional;

/**
 * A small JSON object that a member publishes to its group: its address, its version, its weight. Up
 * to 64 KiB of UTF-8. Immutable; equal if the JSON values are equal, whatever the order of names.
 */
public final class Capabilities {
    private static final Gson JSON = new GsonBuilder()
            .setStrictness(Strictness.STRICT)
            .disableHtmlEscaping()
            .serializeNulls()
            .create();
    private static final Capabilities NONE = new Capabilities(new JsonObject(), "{}");

    private final JsonObject object;
    private final String text;

    private Capabilities(JsonObject object, String text) {
        this.object = object;
        this.text = Names.checkedText("capabilities", text, Names.MAX_PAYLOAD_BYTES);
    }

    /** The empty object. */
    public static Capabilities none() {
        return NONE;
    }

    /**
     * One capability; more with {@link #and}.
     *
     * @param value a string, number or boolean
     */
    public static Capabilities of(String name, Object value) {
        return NONE.and(name, value);
    }

    /**
     * Reads a JSON object.
     *
     * @throws MisconfiguredException if the text is not one JSON object, or is too long
     */
    public static Capabilities parse(String json) {
        try {
            JsonElement element = JSON.fromJson(json, JsonElement.class);
            if (element == null || !element.isJsonObject()) {
                throw new MisconfiguredException(
                        "capabilities must be a JSON object such as {\"cpu\": 8}, not " + excerpt(json));
            }
            return new Capabilities(element.getAsJsonObject(), JSON.toJson(element));
        } catch (JsonParseException e) {
            throw new MisconfiguredException("capabilities are not valid JSON: " + excerpt(json), e);
        }
    }

    /**
     * These and one more; an older value of that name is replaced.
     *
     * @param value a string, number or boolean
     */
    public Capabilities and(String name, Object value) {
        JsonObject changed = object.deepCopy();
        changed.add(name, primitive(name, value));
        return new Capabilities(changed, JSON.toJson(changed));
    }

    private static JsonPrimitive primitive(String name, Object value) {
        if (value instanceof String text) {
            return new JsonPrimitive(text);
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        throw new MisconfiguredException("capability " + name + " must be a string, number or boolean, not a "
                + value.getClass().getName() + "; for nested values use Capabilities.parse");
    }

    /** The value as text, if there is a string, number or boolean of that name. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(object.get(name))
                .filter(JsonElement::isJsonPrimitive)
                .map(JsonElement::getAsString);
    }

    /** The value as a number, if there is a number of that name. */
    public Optional<Double> number(String name) {
        return Optional.ofNullable(object.get(name))
                .filter(e -> e.isJsonPrimitive() && e.getAsJsonPrimitive().isNumber())
                .map(JsonElement::getAsDouble);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return object.isEmpty();
    }

    /** The whole object as JSON on one line. */
    public String toJson() {
        return text;
    }

    private static String excerpt(String json) {
        return json.length() <= 60 ? json : json.substring(0, 60) + "…";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Capabilities capabilities && object.equals(capabilities.object);
    }

    @Override
    public int hashCode() {
        return object.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
