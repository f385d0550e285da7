package dev.conclave.ring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("a hash ring")
class HashRingTest {

    private static final List<String> KEYS =
            IntStream.range(0, 500).mapToObj(i -> "tenant-" + i).toList();

    static Stream<Placement> placements() {
        return Stream.of(Placement.rendezvous(), Placement.tooz(), Placement.tooz(4));
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("moves keys only to a member that joins, and back when it leaves")
    void movesKeysOnlyToTheJoiner(Placement placement) {
        withRandomRings(placement, random -> ring -> {
            String joiner = "joiner-" + random.nextInt();
            HashRing after = ring.with(joiner, 1 + random.nextInt(5));
            for (String key : KEYS) {
                Optional<String> owner = after.owner(key);
                if (!owner.equals(Optional.of(joiner))) {
                    assertThat(owner).as(key).isEqualTo(ring.owner(key));
                }
            }
            assertThat(after.without(joiner)).isEqualTo(ring);
        });
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("moves keys only from a member that leaves")
    void movesKeysOnlyFromTheLeaver(Placement placement) {
        withRandomRings(placement, random -> ring -> {
            String leaver = anyOf(ring, random);
            HashRing after = ring.without(leaver);
            for (String key : KEYS) {
                Optional<String> owner = ring.owner(key);
                if (!owner.equals(Optional.of(leaver))) {
                    assertThat(after.owner(key)).as(key).isEqualTo(owner);
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("moves keys only to a member that gains weight")
    void movesKeysOnlyToTheHeavier(Placement placement) {
        withRandomRings(placement, random -> ring -> {
            String grower = anyOf(ring, random);
            HashRing after = ring.with(grower, requireNonNull(ring.members().get(grower)) + 1 + random.nextInt(5));
            for (String key : KEYS) {
                Optional<String> owner = after.owner(key);
                if (!owner.equals(Optional.of(grower))) {
                    assertThat(owner).as(key).isEqualTo(ring.owner(key));
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("names different members as replicas, the owner first, and fewer are the beginning of more")
    void replicasAreAStablePrefix(Placement placement) {
        withRandomRings(placement, random -> ring -> {
            List<String> owning = owning(ring);
            for (String key : KEYS.subList(0, 40)) {
                List<String> all = ring.owners(key, owning.size() + 5);
                assertThat(all).as(key).containsExactlyInAnyOrderElementsOf(owning);
                assertThat(ring.owner(key)).as(key).isEqualTo(all.stream().findFirst());
                for (int replicas = 1; replicas <= owning.size(); replicas++) {
                    assertThat(ring.owners(key, replicas))
                            .as("%s, %d replicas", key, replicas)
                            .isEqualTo(all.subList(0, replicas));
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("that passes over members answers as the ring without them")
    void ignoringIsAsLeaving(Placement placement) {
        withRandomRings(placement, random -> ring -> {
            String down = anyOf(ring, random);
            HashRing without = ring.without(down);
            for (String key : KEYS.subList(0, 40)) {
                assertThat(ring.owners(key, 3, Set.of(down, "a stranger")))
                        .as(key)
                        .isEqualTo(without.owners(key, 3));
            }
            assertThat(ring.owners("any", 3, ring.members().keySet())).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("gives the same answers whatever the order in which its members came")
    void forgetsHistory(Placement placement) {
        withRandomRings(placement, random -> ring -> {
            List<String> shuffled = new ArrayList<>(ring.members().keySet());
            Collections.shuffle(shuffled, random);
            HashRing grown = HashRing.of(Map.of("gone again", 3), placement);
            for (String member : shuffled) {
                grown = grown.with(member, requireNonNull(ring.members().get(member)));
            }
            grown = grown.without("gone again");
            Map<String, Integer> backwards = new TreeMap<>(Collections.reverseOrder());
            backwards.putAll(ring.members());
            HashRing reversed = HashRing.of(backwards, placement);

            assertThat(grown)
                    .isEqualTo(ring)
                    .hasSameHashCodeAs(ring)
                    .hasToString(ring.toString())
                    .isEqualTo(reversed);
            for (String key : KEYS.subList(0, 40)) {
                assertThat(grown.owners(key, 3))
                        .as(key)
                        .isEqualTo(ring.owners(key, 3))
                        .isEqualTo(reversed.owners(key, 3));
            }
        });
    }

    @Test
    @DisplayName("shares keys in proportion to the weights")
    void isFairByWeight() {
        assertFair(Map.of("a", 1, "b", 2, "c", 3, "d", 10), 200_000);
        assertFair(Map.of("a", 1, "b", 1, "c", 1), 200_000);
        assertFair(
                IntStream.range(0, 100).boxed().collect(Collectors.toMap(i -> "worker-" + i, i -> 1 + i % 7)), 400_000);
        assertFair(
                IntStream.range(0, 50).boxed().collect(Collectors.toMap(i -> "worker-" + i, i -> 1000 + i)), 200_000);
    }

    @Test
    @DisplayName("shares the keys of a leaver among all others, in proportion to their weights")
    void spreadsInheritance() {
        HashRing ring = HashRing.of(Map.of("leaver", 6, "a", 1, "b", 2, "c", 3));
        List<String> inherited = keys(200_000)
                .filter(key -> ring.owner(key).equals(Optional.of("leaver")))
                .toList();
        assertChiSquare(
                Map.of("a", 1, "b", 2, "c", 3),
                inherited,
                key -> ring.owners(key, 2).get(1));
    }

    @Test
    @DisplayName("gives a key that is spelt like a member to that member no more and no less often")
    void keysMayBeSpeltLikeMembers() {
        Map<String, Integer> members =
                IntStream.range(0, 10).boxed().collect(Collectors.toMap(i -> "host-" + i, i -> 1));
        long atHome = IntStream.range(10, 2010)
                .mapToObj(i -> "host-" + i)
                .filter(name -> HashRing.of(members).with(name, 1).owner(name).equals(Optional.of(name)))
                .count();
        assertThat((double) atHome / 2000).isCloseTo(1.0 / 11, within(5 * Math.sqrt(10.0 / 121 / 2000)));
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("that is empty, or whose members have no weight, has no owner for any key")
    void mayBeEmpty(Placement placement) {
        for (HashRing ring : List.of(HashRing.of(Map.of(), placement), HashRing.of(Map.of("idle", 0), placement))) {
            assertThat(ring.owner("key")).isEmpty();
            assertThat(ring.owners("key", 3)).isEmpty();
            assertThat(ring.with("a", 1).owner("key")).contains("a");
        }
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("shows a member of weight 0, which owns nothing")
    void showsIdleMembers(Placement placement) {
        HashRing ring = HashRing.of(Map.of("idle", 0, "busy", 1), placement);
        assertThat(ring.members()).containsExactly(Map.entry("busy", 1), Map.entry("idle", 0));
        assertThat(ring.owners("key", 2)).containsExactly("busy");
        assertThat(ring).isNotEqualTo(ring.without("idle"));
    }

    @ParameterizedTest
    @MethodSource("placements")
    @DisplayName("takes any text as a key or a member, and its bytes for the same key")
    void takesUnicode(Placement placement) {
        HashRing ring = HashRing.of(Map.of("hôte", 1, "節点", 2, "🦉 owl", 1, "\0", 1, "\ud800 alone", 1), placement);
        for (String key : List.of("", " ", "é", "e\u0301", "鍵", "🔑", "\0", "x".repeat(100_000))) {
            assertThat(ring.owners(key, 5))
                    .as(key)
                    .hasSize(5)
                    .doesNotHaveDuplicates()
                    .isEqualTo(ring.owners(key.getBytes(StandardCharsets.UTF_8), 5, Set.of()));
        }
    }

    @Test
    @DisplayName("tells members apart whose names have the same bytes, being malformed")
    void settlesTies() {
        HashRing ring = HashRing.of(Map.of("\ud800", 1, "?", 1));
        assertThat(KEYS).allSatisfy(key -> assertThat(ring.owners(key, 2)).containsExactly("?", "\ud800"));
    }

    @Test
    @DisplayName("refuses negative weights, empty ids and less than one replica, and names them")
    void refusesNonsense() {
        HashRing ring = HashRing.of(Map.of("a", 1));
        assertRefused("weight of member ada (-1) must be 0 or more", () -> HashRing.of(Map.of("ada", -1)));
        assertRefused("weight of member ada (-1) must be 0 or more", () -> ring.with("ada", -1));
        assertRefused("a member id must not be empty", () -> HashRing.of(Map.of("", 1)));
        assertRefused("replicas (0) must be 1 or more", () -> ring.owners("key", 0));

        Map<String, Integer> unknownWeight = new HashMap<>();
        unknownWeight.put("ada", null);
        assertThatThrownBy(() -> HashRing.of(unknownWeight))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("weight of member ada");
    }

    @Test
    @DisplayName("does not change when the map that it was made from does, nor through its members")
    void isImmutable() {
        Map<String, Integer> members = new LinkedHashMap<>(Map.of("a", 1));
        HashRing ring = HashRing.of(members);
        members.put("b", 1);
        assertThat(ring.members()).containsOnlyKeys("a");
        assertThatThrownBy(() -> ring.members().put("b", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @DisplayName("takes weights up to the largest int")
    void takesHeavyMembers() {
        HashRing ring = HashRing.of(Map.of("a", Integer.MAX_VALUE, "b", Integer.MAX_VALUE, "c", 1));
        assertChiSquare(
                Map.of("a", 1, "b", 1),
                keys(50_000).toList(),
                key -> ring.owner(key).orElseThrow());
        assertThat(ring.owners("key", 3)).hasSize(3);
    }

    /** Fifty rings of 1 to 12 members with weights 0 to 5, each from a seed that a failure shows. */
    private static void withRandomRings(Placement placement, Function<Random, Consumer<HashRing>> test) {
        long first = System.nanoTime();
        for (long seed = first; seed < first + 50; seed++) {
            Random random = new Random(seed);
            Map<String, Integer> members = new HashMap<>();
            for (int left = 1 + random.nextInt(12); left > 0; left--) {
                members.put("member-" + random.nextInt(1000), random.nextInt(6));
            }
            HashRing ring = HashRing.of(members, placement);
            try {
                test.apply(random).accept(ring);
            } catch (AssertionError e) {
                throw new AssertionError("seed %d, ring %s: %s".formatted(seed, ring, e.getMessage()), e);
            }
        }
    }

    private static void assertFair(Map<String, Integer> members, int keys) {
        HashRing ring = HashRing.of(members);
        assertChiSquare(members, keys(keys).toList(), key -> ring.owner(key).orElseThrow());
    }

    /**
     * Pearson's test against the weights. Chi-square with f degrees of freedom has mean f and variance 2f; the bound is
     * more than five deviations away. The keys are always the same, so this cannot fail now and then.
     */
    private static void assertChiSquare(
            Map<String, Integer> weights, List<String> keys, Function<String, String> owner) {
        Map<String, Long> counts = keys.stream().collect(Collectors.groupingBy(owner, Collectors.counting()));
        double total = weights.values().stream().mapToInt(Integer::intValue).sum();
        double chiSquare = 0;
        for (Map.Entry<String, Integer> member : weights.entrySet()) {
            double expected = keys.size() * member.getValue() / total;
            chiSquare += Math.pow(counts.getOrDefault(member.getKey(), 0L) - expected, 2) / expected;
        }
        int freedom = weights.size() - 1;
        assertThat(counts.keySet()).isSubsetOf(weights.keySet());
        assertThat(chiSquare).as("chi-square of %s", counts).isLessThan(freedom + 5 * Math.sqrt(2.0 * freedom) + 5);
    }

    private static void assertRefused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    private static Stream<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "key-" + i);
    }

    private static List<String> owning(HashRing ring) {
        return ring.members().entrySet().stream()
                .filter(member -> member.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static String anyOf(HashRing ring, Random random) {
        return List.copyOf(ring.members().keySet())
                .get(random.nextInt(ring.members().size()));
    }
}
