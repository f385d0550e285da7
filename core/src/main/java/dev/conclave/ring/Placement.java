package dev.conclave.ring;

import java.util.List;

/**
 * The rule by which a {@link HashRing} gives keys to members.
 *
 * <p>All members of a group have to use the same placement, or they will not agree on who owns what. What a placement
 * says never changes between versions of Conclave, of Java, or of the machine; a better rule would come as a new
 * placement beside these.
 *
 * <p>A value: two placements are equal when they place alike. Thread-safe.
 */
public final class Placement {

    private static final int TOOZ_PARTITIONS_PER_WEIGHT = 32;
    private static final Placement RENDEZVOUS = new Placement("rendezvous", RendezvousLayout::of);

    private final String name;
    private final Rule rule;

    private Placement(String name, Rule rule) {
        this.name = name;
        this.rule = rule;
    }

    /**
     * Weighted rendezvous hashing, the default: each member's share is its weight's share, but for chance.
     *
     * <p>When a member joins, keys move only to it; when one leaves, its keys go to all the others in proportion to
     * their weights, and no other key moves; when a weight grows or shrinks, keys move only to or from that member. A
     * look-up takes time in proportion to the number of members (one or two microseconds for 1,000); there is nothing
     * to build and next to nothing to keep.
     *
     * <p>The definition, for other languages. Text is UTF-8. {@code H(text, seed)} is XXH64, and {@code mix} its final
     * step without the last shift: {@code x ^= x >>> 33; x *= 0xC2B2AE3D27D4EB4F; x ^= x >>> 29; x *=
     * 0x165667B19E3779F9} on unsigned 64 bits. For a key and a member of weight {@code w}, let {@code s = mix(H(key, 0)
     * ^ H(member, 1))}, read as a signed number, and {@code u = (floor(s / 2^12) + 2^51 + 0.5) / 2^52}. Members come in
     * the order of their waits {@code -ln(u) / w}, shortest first; those of equal weight in the order of {@code s},
     * highest first; and if even that is a tie, by name.
     *
     * @see <a href="https://doi.org/10.1109/90.663936">Thaler, Ravishankar: Using name-based mappings to increase hit
     *     rates (1998)</a>, for rendezvous hashing
     * @see <a href="https://doi.org/10.1145/1073970.1074008">Schindelhauer, Schomaker: Weighted distributed hash tables
     *     (2005)</a>, for the logarithm
     */
    public static Placement rendezvous() {
        return RENDEZVOUS;
    }

    /** The placement of tooz as it is unless told otherwise: {@link #tooz(int) tooz(32)}. */
    public static Placement tooz() {
        return tooz(TOOZ_PARTITIONS_PER_WEIGHT);
    }

    /**
     * The placement of the {@code HashRing} in OpenStack's Python library tooz 3.1.0, with its default hash MD5.
     *
     * <p>For groups that tooz programs share, or that came from one. Otherwise prefer {@link #rendezvous()}: here the
     * fullest of ten equal members has about 1.3 times its share, there 1.01 times.
     *
     * <p>The definition: a member of weight {@code w} has {@code partitionsPerWeight * w} points on a circle of
     * 2<sup>128</sup> places, and the {@code i}th of them, from 1, is the MD5 of its name written {@code i + 1} times
     * over. A key belongs to the first point after its own MD5.
     *
     * <p>Hence a member called {@code 1} and a member called {@code 11} share points. Tooz then gives such a point to
     * the one that it was told of last, so that two of its processes may disagree; here the last in alphabetical order
     * has it, and the other comes next.
     *
     * <p>A ring of this placement holds at most 2<sup>24</sup> points.
     *
     * @param partitionsPerWeight points for each unit of weight, at least 1; the argument {@code partitions} of tooz
     * @throws IllegalArgumentException if {@code partitionsPerWeight} is less than 1
     */
    public static Placement tooz(int partitionsPerWeight) {
        if (partitionsPerWeight < 1) {
            throw new IllegalArgumentException(
                    "partitions per weight (%d) must be 1 or more".formatted(partitionsPerWeight));
        }
        return new Placement(
                "tooz/" + partitionsPerWeight, (names, weights) -> ToozLayout.of(names, weights, partitionsPerWeight));
    }

    Layout lay(List<String> names, int[] weights) {
        return rule.lay(names, weights);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Placement && ((Placement) other).name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** A short name that tells placements apart: {@code rendezvous}, {@code tooz/32}. */
    @Override
    public String toString() {
        return name;
    }

    private interface Rule {
        Layout lay(List<String> names, int[] weights);
    }
}
