package dev.conclave.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a rebalance")
class RebalanceTest {

    private static final HashRing BEFORE = HashRing.of(Map.of("ada", 1, "bob", 1, "cy", 1));
    private static final HashRing AFTER = BEFORE.without("cy").with("dee", 2);
    private static final List<String> KEYS =
            IntStream.range(0, 2000).mapToObj(i -> "key-" + i).toList();

    @Test
    @DisplayName("tells a member which keys it gained and lost")
    void tellsGainsAndLosses() {
        for (String member : List.of("ada", "bob", "cy", "dee", "stranger")) {
            Rebalance change = new Rebalance(member, BEFORE, AFTER);
            assertThat(KEYS).allSatisfy(key -> {
                boolean had = BEFORE.owner(key).equals(Optional.of(member));
                boolean has = AFTER.owner(key).equals(Optional.of(member));
                assertThat(change.gained(key)).isEqualTo(has && !had);
                assertThat(change.lost(key)).isEqualTo(had && !has);
                assertThat(change.gained(key, 1)).isEqualTo(change.gained(key));
                assertThat(change.lost(key, 1)).isEqualTo(change.lost(key));
            });
        }
        assertThat(KEYS)
                .anyMatch(new Rebalance("dee", BEFORE, AFTER)::gained)
                .anyMatch(new Rebalance("cy", BEFORE, AFTER)::lost)
                .noneMatch(new Rebalance("cy", BEFORE, AFTER)::gained);
    }

    @Test
    @DisplayName("counts a member that was a replica before as one that kept the key")
    void countsReplicas() {
        Rebalance change = new Rebalance("ada", BEFORE, BEFORE.without("bob"));
        assertThat(KEYS).anyMatch(change::gained);
        // Of two members that keep everything twice, both have every key.
        assertThat(KEYS)
                .allSatisfy(key -> assertThat(change.gained(key, 2))
                        .isNotEqualTo(BEFORE.owners(key, 2).contains("ada")));
        assertThat(KEYS).noneMatch(key -> change.gained(key, 3) || change.lost(key, 3));
    }

    @Test
    @DisplayName("says which share of all keys moved")
    void measuresTheMove() {
        assertThat(Rebalance.movedShare(BEFORE, BEFORE)).isZero();
        assertThat(Rebalance.movedShare(BEFORE, BEFORE.without("cy"))).isCloseTo(1.0 / 3, within(0.02));
        assertThat(Rebalance.movedShare(BEFORE, BEFORE.with("dee", 1))).isCloseTo(1.0 / 4, within(0.02));
        assertThat(Rebalance.movedShare(BEFORE, HashRing.of(Map.of()))).isEqualTo(1);
    }

    @Test
    @DisplayName("refuses to be without a member")
    @SuppressWarnings("NullAway") // what code without a checker may do
    void needsAMember() {
        assertThatThrownBy(() -> new Rebalance(null, BEFORE, AFTER))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("member");
    }
}
