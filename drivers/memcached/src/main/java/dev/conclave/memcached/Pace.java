package dev.conclave.memcached;

import dev.conclave.spi.ClaimId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How often the requests of this coordinator that wait for one name look, as nobody will tell them. Only the foremost of them does: what
 * it sees, it sees for all. If it is the head of the queue, it looks the less often the longer nothing has moved. If it is
 * behind, it looks when it expects to be the head, by how quickly the queue moved so far: so a hand-over costs about as many looks
 * however many wait. The others are woken when the foremost leaves, and look by themselves only in case that was lost.
 *
 * <p>Not thread-safe, but for {@link #contains} and {@link #all}.
 */
final class Pace {
    private static final long QUICKEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOWEST_HEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** However slow the queue was: those at the front may all die, or be done quickly, from now on. */
    private static final long SLOWEST_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long longestNanos;
    /** Where in the queue they were when it was last looked at. */
    private final Map<ClaimId, Integer> places = new ConcurrentHashMap<>();

    private Optional<ClaimLine.Waiter> front = Optional.empty();
    private long movedNanos;
    /** How long one hand-over seems to take. */
    private long paceNanos = TimeUnit.MILLISECONDS.toNanos(5); // until something is known of it

    /** @param longest between two looks, by whoever it may be */
    Pace(Duration longest) {
        longestNanos = longest.toNanos();
    }

    boolean contains(ClaimId id) {
        return places.containsKey(id);
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /**
     * Notes what a look has shown.
     *
     * @param id who has looked, and is in the line
     * @param ahead how many are in its way
     * @param lost gets those that are no longer in the line, though they believe so
     * @return when it is to look again
     */
    Duration seen(ClaimId id, ClaimLine line, int ahead, long now, Consumer<ClaimId> lost) {
        int moved = 1;
        for (Map.Entry<ClaimId, Integer> each : places.entrySet()) {
            int place = line.place(each.getKey());
            if (place < 0) {
                places.remove(each.getKey());
                lost.accept(each.getKey());
            } else {
                moved = Math.max(moved, each.setValue(place) - place);
            }
        }
        places.put(id, line.place(id));
        long since = now - movedNanos;
        if (front.isEmpty() || !line.front().equals(front)) {
            paceNanos = front.isEmpty() ? paceNanos : since / moved;
            movedNanos = now;
            since = 0;
        } else {
            paceNanos = Math.max(paceNanos, since);
        }
        front = line.front();
        boolean foremost = first().filter(id::equals).isPresent();
        return Duration.ofNanos(foremost ? pause(ahead, since) : longestNanos);
    }

    private long pause(int ahead, long since) {
        long longest = Math.min(longestNanos, SLOWEST_EACH_NANOS * ahead);
        long pause = ahead <= 1 ? Math.min(SLOWEST_HEAD_NANOS, since / 8) : paceNanos * (ahead - 1) / 4 * 3;
        return Math.max(QUICKEST_NANOS, Math.min(longest, pause));
    }

    /** The foremost. */
    Optional<ClaimId> first() {
        return places.entrySet().stream()
                .min(Comparator.comparing(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    void remove(ClaimId id) {
        places.remove(id);
    }

    Set<ClaimId> all() {
        return Set.copyOf(places.keySet());
    }
}
