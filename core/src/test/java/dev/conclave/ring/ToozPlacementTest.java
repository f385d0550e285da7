package dev.conclave.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("the tooz placement")
class ToozPlacementTest {

    static Stream<Vectors.Case> owners() {
        return Vectors.of("/tooz-ring.json").filter(c -> c.json().has("owners"));
    }

    static Stream<Vectors.Case> removals() {
        return Vectors.of("/tooz-ring.json").filter(c -> c.json().has("removed"));
    }

    @Test
    @DisplayName("is tested on every case of the vectors")
    void leavesNoCaseOut() {
        assertThat(owners().count() + removals().count())
                .isEqualTo(Vectors.of("/tooz-ring.json").count())
                .isEqualTo(7);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("owners")
    @DisplayName("gives keys to the members that tooz gives them to")
    void agreesWithTooz(Vectors.Case vectors) {
        HashRing ring = ring(vectors);
        Vectors.stream(vectors.json().get("owners"))
                .map(JsonElement::getAsJsonObject)
                .forEach(expected -> {
                    String key = expected.get("key").getAsString();
                    List<String> owner = strings(expected, "owner");
                    assertThat(ring.owner(key).stream()).as(key).containsExactlyElementsOf(owner);
                    assertThat(ring.owners(key, 3))
                            .as(key)
                            .containsExactlyInAnyOrderElementsOf(strings(expected, "owners3"));
                    assertThat(ring.owners(key, 1, Set.copyOf(owner)))
                            .as(key)
                            .containsExactlyElementsOf(strings(expected, "ownerIgnoringFirst"));
                    assertThat(ring.owners(key.getBytes(StandardCharsets.UTF_8), 1, Set.of()))
                            .as(key)
                            .containsExactlyElementsOf(owner);
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("removals")
    @DisplayName("moves the keys that tooz moves when a member leaves")
    void agreesWithToozOnRemoval(Vectors.Case vectors) {
        String removed = vectors.json().get("removed").getAsString();
        HashRing before = ring(vectors);
        HashRing after = before.without(removed);
        for (Map.Entry<String, HashRing> moment :
                Map.of("before", before, "after", after).entrySet()) {
            JsonObject expected = vectors.json().getAsJsonObject(moment.getKey());
            assertThat(expected.entrySet())
                    .as(moment.getKey())
                    .hasSize(200)
                    .allSatisfy(owner -> assertThat(moment.getValue().owner(owner.getKey()))
                            .contains(owner.getValue().getAsString()));
        }
    }

    @Test
    @DisplayName("has 32 partitions a weight unless told otherwise")
    void defaultsAsToozDoes() {
        assertThat(Placement.tooz())
                .isEqualTo(Placement.tooz(32))
                .isNotEqualTo(Placement.tooz(64))
                .hasToString("tooz/32");
    }

    @Test
    @DisplayName("gives a key that falls on a point to the point after it, as Python's bisect does")
    void goesBeyondItsOwnPoint() {
        // At one partition a weight, "a" is at MD5(aa) and "b" at MD5(bb), and nothing else is on the circle.
        HashRing ring = HashRing.of(Map.of("a", 1, "b", 1), Placement.tooz(1));
        assertThat(ring.owner("aa")).contains("b");
        assertThat(ring.owner("bb")).contains("a");
    }

    @Test
    @DisplayName("gives a point that two members share to the later name, whatever the order they came in")
    void settlesMeetingPoints() {
        // At one partition a weight, 1 is at MD5(11), MD5(111), MD5(1111), and 11 is at MD5(1111). So 11 owns just
        // what 1 owned by its third point.
        HashRing shared = HashRing.of(Map.of("1", 3, "11", 1, "other", 5), Placement.tooz(1));
        HashRing elevenCameFirst =
                HashRing.of(Map.of("11", 1, "other", 5), Placement.tooz(1)).with("1", 3);
        HashRing apart = HashRing.of(Map.of("1", 2, "11", 1, "other", 5), Placement.tooz(1));
        List<String> keys = IntStream.range(0, 1000).mapToObj(i -> "key-" + i).toList();

        assertThat(keys)
                .allSatisfy(key -> assertThat(shared.owner(key))
                        .isEqualTo(apart.owner(key))
                        .isEqualTo(elevenCameFirst.owner(key)));
        assertThat(keys).anySatisfy(key -> assertThat(shared.owner(key)).contains("11"));
        assertThat(keys)
                .allSatisfy(key -> assertThat(shared.owners(key, 1, Set.of("11")))
                        .isEqualTo(shared.without("11").owners(key, 1)));
    }

    @Test
    @DisplayName("refuses weights that would need too many points, and says so")
    void refusesHugeRings() {
        assertThatThrownBy(() -> HashRing.of(Map.of("a", Integer.MAX_VALUE), Placement.tooz()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16777216 points")
                .hasMessageContaining("weights of 2147483647");
        assertThatThrownBy(() -> Placement.tooz(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(0) must be 1 or more");
    }

    private static HashRing ring(Vectors.Case vectors) {
        return HashRing.of(
                vectors.members(),
                Placement.tooz(vectors.json().get("partitionsPerWeight").getAsInt()));
    }

    private static List<String> strings(JsonObject object, String name) {
        return Vectors.stream(object.get(name)).map(JsonElement::getAsString).toList();
    }
}
