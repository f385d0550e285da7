package dev.conclave.ring;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads the cases of a test resource, the names of which a test report shows. */
final class Vectors {

    private Vectors() {}

    static Stream<Case> of(String resource) {
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8)) {
            return stream(JsonParser.parseReader(reader).getAsJsonObject().get("cases"))
                    .map(JsonElement::getAsJsonObject)
                    .map(Case::new)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource, e);
        }
    }

    static Stream<JsonElement> stream(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false);
    }

    record Case(JsonObject json) {

        Map<String, Integer> members() {
            return json.getAsJsonObject("members").entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().getAsInt()));
        }

        @Override
        public String toString() {
            return json.get("name").getAsString();
        }
    }
}
