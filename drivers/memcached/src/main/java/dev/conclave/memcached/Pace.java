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
 * it sees, it sees for all. If it is the head of the queue, it looks the more often the closer the time comes for which the last
 * holder held, and after it the less often the longer nothing has moved. If it is behind, it looks when it expects to be the
 * head, by how quickly the queue moved so far: so a hand-over costs about as many looks however
 * many wait. The others are woken when the foremost leaves, and look by themselves only in case that was lost.
 *
 * <p>Not thread-safe, but for {@link #contains} and {@link #all}.
 */
final class Pace {
    private static final long QUICKEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOWEST_HEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** What it takes until the next one has noticed that the last one let go. */
    private static final long HAND_OVER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** Who is that near the head of the queue is not to be the reason why hand-overs are slow. */
    private static final int NEAR = 3;
    /** However slow the queue was: those at the front may all die, or be done quickly, from now on. */
    private static final long SLOWEST_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final long longestNanos;
    /** Where in the queue they were when it was last looked at. */
    private final Map<ClaimId, Integer> places = new ConcurrentHashMap<>();

    private Optional<ClaimLine.Waiter> front = Optional.empty();
    private long movedNanos;
    /** How long one hand-over took of late, until the next one had noticed it. */
    private long paceNanos;

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
        for (ClaimId each : all()) {
            int place = line.place(each);
            if (place < 0) {
                places.remove(each);
                lost.accept(each);
            } else {
                moved = Math.max(moved, places.getOrDefault(each, place) - place);
                places.put(each, place);
            }
        }
        places.put(id, line.place(id));
        if (!line.front().equals(front)) {
            paceNanos = front.isEmpty() ? 0 : (now - movedNanos) / moved;
            front = line.front();
            movedNanos = now;
        }
        boolean foremost = first().filter(id::equals).isPresent();
        return Duration.ofNanos(foremost ? pause(ahead, line.holdNanos(), now - movedNanos) : longestNanos);
    }

    /** Behind the head, after three quarters of the time that those before it will take if each holds for as long as the last one did. */
    private long pause(int ahead, long holdNanos, long since) {
        if (ahead <= 1) {
            long pause = Math.max((holdNanos - since) / 2, since / 8);
            return Math.max(QUICKEST_NANOS, Math.min(SLOWEST_HEAD_NANOS, pause));
        }
        long next = Math.max(holdNanos + HAND_OVER_NANOS, since);
        long handOver = ahead <= NEAR ? next : Math.max(next, paceNanos);
        return Math.min(Math.min(longestNanos, SLOWEST_EACH_NANOS * ahead), handOver * (ahead - 1) / 4 * 3);
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
