package dev.conclave.memcached;

import dev.conclave.spi.SessionId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Finds out who of those that are in the way of a request lives: from the front, some at a time, until one does. */
final class Obstacles {
    private static final int LOOKED_AT_TOGETHER = 16;
    /** Who looks more often than that does not ask each time for the session of the first in its way. */
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Nor for those behind that one: they are asked for only so that it is known for how long they were silent when their turn comes. */
    private static final long OTHERS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Liveness liveness;

    Obstacles(Liveness liveness) {
        this.liveness = liveness;
    }

    /**
     * What was found.
     *
     * @param free whether none of them lives
     * @param over those of the ones looked at whose sessions are over
     */
    record Found(boolean free, Set<String> over) {}

    /**
     * @param asks whose session is known to live
     * @param in the run of the server in which the others were seen
     */
    CompletableFuture<Found> lookThrough(SessionId asks, Instance in, List<ClaimLine.Waiter> inTheWay) {
        return lookThrough(asks, in, inTheWay, new HashSet<>());
    }

    private CompletableFuture<Found> lookThrough(
            SessionId asks, Instance in, List<ClaimLine.Waiter> inTheWay, Set<String> over) {
        List<ClaimLine.Waiter> some = inTheWay.subList(0, Math.min(inTheWay.size(), LOOKED_AT_TOGETHER));
        Set<String> unknown = new HashSet<>();
        for (int i = 0; i < some.size(); i++) {
            String incarnation = some.get(i).incarnation();
            if (!liveness.livedWithin(incarnation, in, i == 0 ? FIRST_NANOS : OTHERS_NANOS)) {
                unknown.add(incarnation);
            }
        }
        unknown.remove(asks.incarnation());
        return liveness.over(unknown).thenCompose(found -> {
            over.addAll(found);
            int dead = 0;
            while (dead < some.size() && over.contains(some.get(dead).incarnation())) {
                dead++;
            }
            if (dead == inTheWay.size()) {
                return CompletableFuture.completedFuture(new Found(true, over));
            }
            return dead > 0
                    // Of the one that is first now, more is to be known.
                    ? lookThrough(asks, in, inTheWay.subList(dead, inTheWay.size()), over)
                    : CompletableFuture.completedFuture(new Found(false, over));
        });
    }
}
