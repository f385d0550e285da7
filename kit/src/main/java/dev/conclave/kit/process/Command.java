package dev.conclave.kit.process;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import org.jspecify.annotations.Nullable;

/** One thing that a member in a JVM of its own can be told to do. */
@FunctionalInterface
interface Command {
    /** Does it; null where there is nothing to say. */
    @Nullable
    Object run(JsonObject arguments) throws Exception;

    /** A result as JSON. */
    static JsonElement json(@Nullable Object value) {
        if (value == null) {
            return JsonNull.INSTANCE;
        }
        if (value instanceof JsonElement element) {
            return element;
        }
        if (value instanceof Number number) {
            return new JsonPrimitive(number);
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        return new JsonPrimitive(String.valueOf(value));
    }

    /** An object of names and values in turn. */
    static JsonObject object(@Nullable Object... namesAndValues) {
        JsonObject object = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.add(String.valueOf(namesAndValues[i]), json(namesAndValues[i + 1]));
        }
        return object;
    }

    /** An argument as text. */
    static String text(JsonObject arguments, String name) {
        return arguments.get(name).getAsString();
    }
}
