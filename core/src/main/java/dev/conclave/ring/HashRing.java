package dev.conclave.ring;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Says which member owns which key, by consistent hashing: everybody who knows the same members gets the same answer,
 * and when members come or go only the keys that must move do.
 *
 * <p>The answer depends on the members, their weights and the {@link Placement}, and on nothing else: not on the order
 * in which members came, nor on the process, the machine or the version of Java. A ring knows nothing of who is alive:
 * two processes with different views of a group disagree about some keys until their views meet. Where that matters,
 * take a lock, or have the store check a fencing token.
 *
 * <p>Fair means fair in the number of keys: nothing here knows that one key is busier than another, nor defends against
 * somebody who picks keys so that they all fall to one member.
 *
 * <p>Keys are any text, the empty one too, and stand for their UTF-8 bytes. Immutable, a value, thread-safe; no call
 * does I/O or waits.
 *
 * @see <a href="https://doi.org/10.1145/258533.258660">Karger et al.: Consistent hashing and random trees (1997)</a>
 */
public final class HashRing {

    private final Placement placement;
    private final SortedMap<String, Integer> members;
    private final List<String> names;
    private final Layout layout;

    private HashRing(Placement placement, SortedMap<String, Integer> members) {
        this.placement = placement;
        this.members = Collections.unmodifiableSortedMap(members);
        this.names = List.copyOf(members.keySet());
        this.layout = placement.lay(
                names, members.values().stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * A ring of the default placement, {@link Placement#rendezvous()}.
     *
     * @param members the weight of each member by its id; see {@link #of(Map, Placement)}
     */
    public static HashRing of(Map<String, Integer> members) {
        return of(members, Placement.rendezvous());
    }

    /**
     * A ring of the given members.
     *
     * @param members the weight of each member by its non-empty id. A member of weight 2 owns twice as many keys as one
     *     of weight 1; a member of weight 0 is on the ring but owns nothing
     * @throws IllegalArgumentException if a weight is negative, an id is empty, or the weights are more than the
     *     placement takes
     */
    public static HashRing of(Map<String, Integer> members, Placement placement) {
        Map<String, Integer> copy = new HashMap<>(members);
        copy.forEach(HashRing::check);
        return new HashRing(Objects.requireNonNull(placement, "placement"), new TreeMap<>(copy));
    }

    /** The member that owns the key, or empty if no member of the ring may own anything. */
    public Optional<String> owner(String key) {
        int owner = layout.owner(bytes(key));
        return owner == Layout.NOBODY ? Optional.empty() : Optional.of(names.get(owner));
    }

    /**
     * The members that keep the key when several do: the owner first, then the one that would own it if the owner left,
     * and so on. Fewer replicas are always the beginning of more.
     *
     * @param replicas how many, at least 1
     * @return that many different members, or all that may own anything if there are fewer
     * @throws IllegalArgumentException if {@code replicas} is less than 1
     */
    public List<String> owners(String key, int replicas) {
        return owners(bytes(key), replicas, Set.of());
    }

    /**
     * As {@link #owners(String, int)}, passing over some members: the answer is that of a ring without them. For
     * members that are known to be down or draining, but that have not left.
     *
     * @param ignored members to pass over; ids that are not on the ring make no difference
     */
    public List<String> owners(String key, int replicas, Set<String> ignored) {
        return owners(bytes(key), replicas, ignored);
    }

    /** As {@link #owners(String, int, Set)}, for a key that is not text. */
    public List<String> owners(byte[] key, int replicas, Set<String> ignored) {
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas (%d) must be 1 or more".formatted(replicas));
        }
        Set<String> passedOver = Set.copyOf(ignored);
        IntPredicate usable = passedOver.isEmpty() ? member -> true : member -> !passedOver.contains(names.get(member));
        return IntStream.of(layout.owners(key, replicas, usable))
                .mapToObj(names::get)
                .toList();
    }

    /**
     * This ring and one more member, or another weight for a member that it has.
     *
     * @throws IllegalArgumentException as {@link #of(Map, Placement)} does
     */
    public HashRing with(String member, int weight) {
        Map<String, Integer> more = new HashMap<>(members);
        more.put(member, weight);
        return of(more, placement);
    }

    /** This ring without the member; an equal ring if the member is not on it. */
    public HashRing without(String member) {
        Map<String, Integer> fewer = new HashMap<>(members);
        fewer.remove(member);
        return of(fewer, placement);
    }

    /** The weight of each member by its id, in alphabetical order, with those that own nothing. Cannot be modified. */
    public SortedMap<String, Integer> members() {
        return members;
    }

    /** The rule that this ring goes by. */
    public Placement placement() {
        return placement;
    }

    /** Whether the other ring gives every key to the same members: it has the same members, weights and placement. */
    @Override
    public boolean equals(Object other) {
        return other instanceof HashRing
                && ((HashRing) other).placement.equals(placement)
                && ((HashRing) other).members.equals(members);
    }

    @Override
    public int hashCode() {
        return Objects.hash(placement, members);
    }

    @Override
    public String toString() {
        return placement + members.toString();
    }

    private static void check(String member, Integer weight) {
        Objects.requireNonNull(member, "member id");
        Objects.requireNonNull(weight, () -> "weight of member " + member);
        if (member.isEmpty()) {
            throw new IllegalArgumentException("a member id must not be empty");
        }
        if (weight < 0) {
            throw new IllegalArgumentException("weight of member %s (%d) must be 0 or more".formatted(member, weight));
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
