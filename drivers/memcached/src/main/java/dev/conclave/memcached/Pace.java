package dev.conclave.memcached;

import dev.conclave.spi.ClaimId;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
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
 * head, by how long the last holder held: so a hand-over costs about as many looks however many wait. The others are woken when the foremost
 * leaves, and look by themselves only if none of theirs has looked for long.
 *
 * <p>Not thread-safe, but for {@link #contains} and {@link #all}.
 */
final class Pace {
    private static final long QUICKEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SLOWEST_HEAD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** What it takes until the next one has noticed that the last one let go. */
    private static final long HAND_OVER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** However slow the queue was: those at the front may all die, or be done quickly, from now on. */
    private static final long SLOWEST_EACH_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** What is held for longer is taken as held for so long: it makes no difference, and can be multiplied. */
    private static final long LONGEST_HOLD_NANOS = TimeUnit.HOURS.toNanos(1);

    private final long longestNanos;
    /** Where in the queue they were when it was last looked at. */
    private final Map<ClaimId, Integer> places = new ConcurrentHashMap<>();

    /** Those that were woken, and have not looked since. */
    private final Set<ClaimId> woken = new HashSet<>();

    /** When the foremost has looked last. */
    private long seenNanos;

    private Optional<ClaimLine.Waiter> front = Optional.empty();
    private long movedNanos;

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
     * @param told gets those that are to look for themselves: that are no longer in the line, though they believe so, or
     *     have become the foremost
     * @return when it is to look again
     */
    Duration seen(ClaimId id, ClaimLine line, int ahead, long now, Consumer<ClaimId> told) {
        Optional<ClaimId> before = first();
        woken.remove(id);
        Map<ClaimLine.Ticket, Integer> tickets = line.places();
        for (ClaimId each : all()) {
            int place = tickets.getOrDefault(ClaimLine.Ticket.of(each), -1);
            if (place < 0) {
                remove(each);
                told.accept(each);
            } else {
                places.put(each, place);
            }
        }
        places.put(id, tickets.get(ClaimLine.Ticket.of(id)));
        if (!line.front().equals(front)) {
            front = line.front();
            movedNanos = now;
        }
        Optional<ClaimId> foremost = first();
        if (foremost.filter(id::equals).isPresent()) {
            seenNanos = now;
            return Duration.ofNanos(pause(ahead, Math.min(LONGEST_HOLD_NANOS, line.holdNanos()), now - movedNanos));
        }
        if (!foremost.equals(before)) {
            foremost.ifPresent(next -> {
                wake(next);
                told.accept(next);
            });
        }
        return Duration.ofNanos(longestNanos);
    }

    /**
     * Behind the head, after three quarters of the time that those before it will take if each holds for as long as the last one did, and the
     * one that holds now, if it has held for longer already, for a quarter of that longer. How long hand-overs took of late is not asked: if
     * that was long since those whose turn had come had not looked yet, who takes it for the queue's pace looks late too, and so it stays.
     */
    private long pause(int ahead, long holdNanos, long since) {
        if (ahead <= 1) {
            long pause = Math.max((holdNanos - since) / 2, since / 8);
            return Math.max(QUICKEST_NANOS, Math.min(SLOWEST_HEAD_NANOS, pause));
        }
        long handOver = holdNanos + HAND_OVER_NANOS;
        long rest = Math.max(handOver - since, since / 4);
        long expected = Math.max(QUICKEST_NANOS, (rest + handOver * (ahead - 2)) / 4 * 3);
        return Math.min(Math.min(longestNanos, SLOWEST_EACH_NANOS * ahead), expected);
    }

    /** The foremost. */
    Optional<ClaimId> first() {
        return places.entrySet().stream()
                .min(Comparator.comparing(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    void remove(ClaimId id) {
        places.remove(id);
        woken.remove(id);
    }

    /** It is to look for itself when it asks next. */
    void wake(ClaimId id) {
        woken.add(id);
    }

    /** Whether a request that waits need not look for itself, since the foremost does, and what that sees is seen for all. */
    boolean isLookedFor(ClaimId id, long now) {
        return contains(id)
                && !woken.contains(id)
                && first().filter(id::equals).isEmpty()
                && now - seenNanos < 2 * longestNanos;
    }

    Set<ClaimId> all() {
        return Set.copyOf(places.keySet());
    }
}
