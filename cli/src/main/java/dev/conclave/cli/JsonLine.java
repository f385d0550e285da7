package dev.conclave.cli;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A JSON object on one line, written name by name in the order that scripts will see. */
final class JsonLine {
    private final StringWriter text = new StringWriter();
    private final JsonWriter writer = new JsonWriter(text);

    private interface Write {
        void run() throws IOException;
    }

    JsonLine() {
        write(writer::beginObject);
    }

    /** Instants and durations are given as their text. */
    JsonLine put(String name, @Nullable Object value) {
        return write(() -> {
            writer.name(name);
            if (value instanceof Number number) {
                writer.value(number);
            } else if (value instanceof Boolean flag) {
                writer.value(flag);
            } else {
                writer.value(value == null ? null : value.toString());
            }
        });
    }

    /** A value that is JSON already. */
    JsonLine putJson(String name, String json) {
        return write(() -> writer.name(name).jsonValue(json));
    }

    JsonLine putTexts(String name, Collection<String> values) {
        return write(() -> {
            writer.name(name).beginArray();
            for (String value : values) {
                writer.value(value);
            }
            writer.endArray();
        });
    }

    JsonLine putObjects(String name, Collection<JsonLine> values) {
        return write(() -> {
            writer.name(name).beginArray();
            for (JsonLine value : values) {
                writer.jsonValue(value.toString());
            }
            writer.endArray();
        });
    }

    private JsonLine write(Write write) {
        try {
            write.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object as it stands. */
    @Override
    public String toString() {
        return text + "}";
    }
}
