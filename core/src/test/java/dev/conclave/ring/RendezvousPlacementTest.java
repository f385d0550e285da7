package dev.conclave.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("the rendezvous placement")
class RendezvousPlacementTest {

    static Stream<Vectors.Case> golden() {
        return Vectors.of("/rendezvous-ring.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    @DisplayName("places keys where it always has, and where another language's reading of its definition does")
    void neverChanges(Vectors.Case vectors) {
        HashRing ring = HashRing.of(vectors.members());
        assertThat(vectors.json().getAsJsonObject("owners").entrySet())
                .hasSize(36)
                .allSatisfy(expected -> {
                    List<String> owners = Vectors.stream(expected.getValue())
                            .map(JsonElement::getAsString)
                            .toList();
                    assertThat(ring.owners(expected.getKey(), 4)).isEqualTo(owners);
                    assertThat(ring.owner(expected.getKey())).contains(owners.get(0));
                });
    }

    @Test
    @DisplayName("is the default")
    void isTheDefault() {
        assertThat(HashRing.of(Map.of("a", 1)).placement())
                .isSameAs(Placement.rendezvous())
                .hasToString("rendezvous");
    }
}
