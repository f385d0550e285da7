package dev.conclave.zookeeper;

import dev.conclave.MisconfiguredException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Those who hold a name and those who wait for it, by age: what the children of the name's node say. */
final class Line {
    private final List<Place> places = new ArrayList<>();
    private final boolean deserted;

    /**
     * A node's name, taken apart.
     *
     * @param number the server's; grows with each child of one parent
     */
    record Place(String name, String incarnation, long sequence, boolean shared, int number) {
        static @Nullable Place of(String name) {
            String[] parts = name.split("-", 4);
            try {
                return parts.length == 4
                        ? new Place(
                                name,
                                parts[0],
                                Long.parseLong(parts[1]),
                                parts[2].equals("s"),
                                Integer.parseInt(parts[3]))
                        : null;
            } catch (NumberFormatException e) {
                return null;
            }
        }

        ClaimId id(ClaimKey key, String member) {
            return new ClaimId(key, new SessionId(member, incarnation), sequence);
        }
    }

    /** @param names the children's; what is no claim's is passed over */
    Line(List<String> names) {
        deserted = names.isEmpty();
        for (String name : names) {
            Place place = Place.of(name);
            if (place != null) {
                places.add(place);
            }
        }
        places.sort(Comparator.comparingInt(Place::number));
    }

    /** What a claim's node is called before the server adds a number. */
    static String prefix(ClaimId id, boolean shared) {
        return prefix(id) + (shared ? "s-" : "x-");
    }

    /** What a claim's node begins with, whatever its kind. */
    static String prefix(ClaimId id) {
        return id.session().incarnation() + "-" + id.sequence() + "-";
    }

    /** The node of a claim, if there is one. */
    Optional<String> find(ClaimId id) {
        String prefix = prefix(id);
        for (Place place : places) {
            if (place.name().startsWith(prefix)) {
                return Optional.of(place.name());
            }
        }
        return Optional.empty();
    }

    /** Those who came before and must leave first; empty if the place's turn has come. */
    List<Place> before(String name) {
        List<Place> before = new ArrayList<>();
        for (Place place : places) {
            if (place.name().equals(name)) {
                if (place.shared()) {
                    before.removeIf(Place::shared);
                }
                return before;
            }
            before.add(place);
        }
        throw new IllegalArgumentException("no such place: " + name);
    }

    /**
     * Who stood behind a claim whose turn has come. Only of one that shares with nobody it is said that somebody waits for it: sharers
     * leave in any order, and the one behind may be gone long before.
     */
    Entry.Behind behind(String name) {
        if (places.size() == 1) {
            return Entry.Behind.NOBODY;
        }
        boolean waitedFor = places.get(0).name().equals(name) && !places.get(0).shared();
        return waitedFor ? Entry.Behind.SOMEBODY : Entry.Behind.UNKNOWN;
    }

    boolean admitsSharers() {
        return places.stream().allMatch(Place::shared);
    }

    /** Whether the name's node has no child at all, so that it can be deleted; a stranger's does not stand in line, but is one. */
    boolean isDeserted() {
        return deserted;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    int size() {
        return places.size();
    }

    /** The first alone, or all sharers up to the first who is none. */
    List<Place> holders() {
        List<Place> holders = new ArrayList<>();
        for (Place place : places) {
            if (!holders.isEmpty() && !place.shared()) {
                break;
            }
            holders.add(place);
            if (!place.shared()) {
                break;
            }
        }
        return holders;
    }

    /** The server counts the children that a node ever had with 31 bits, and then says nothing of their order any more. */
    static void requireOrdered(String path) {
        if (path.charAt(path.lastIndexOf('-') - 1) == '-') { // a negative number behind the hyphen
            throw new MisconfiguredException("2147483647 claims have stood in the line at " + Nodes.parent(path)
                    + " without its being empty once, and ZooKeeper cannot number another;"
                    + " let all of them go once, and begin again");
        }
    }
}
