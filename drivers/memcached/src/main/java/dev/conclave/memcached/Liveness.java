package dev.conclave.memcached;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Tells which sessions are over. One is when its item is gone, which the server lets expire up to four seconds late, as its clock goes by
 * whole seconds and may be late. Who looks again and again knows it sooner: each renewal changes the item, and if that has not changed for one
 * time-to-live on our own clock, no renewal came since. Then the item is deleted if it is still the same. So a session that
 * was renewed after all goes on, one that was found to be over is over for all, and one that is over never lives again.
 */
final class Liveness {
    private static final long SWEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Store store;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private volatile long sweptNanos = System.nanoTime();

    Liveness(Store store) {
        this.store = store;
    }

    /**
     * What was heard of a session last.
     *
     * @param atNanos when we first knew of it, which is later than its owner renewed
     * @param askedNanos when it was asked for last
     */
    private record Heard(Instance from, long cas, long ttlNanos, long atNanos, long askedNanos) {
        boolean isStill(Store.Answer answer) {
            return answer.reply().cas() == cas && answer.from().isSame(from);
        }
    }

    /** Whether a session was found living so short a time ago, in this run of the server, and is not to be found silent now. */
    boolean livedWithin(String incarnation, Instance from, long nanos) {
        Heard last = heard.get(incarnation);
        if (last == null || !last.from.isSame(from)) {
            return false;
        }
        long now = System.nanoTime();
        return now - last.askedNanos < Math.min(nanos, last.ttlNanos / 20) && now - last.atNanos < last.ttlNanos;
    }

    /** Those of the sessions that are over. */
    CompletableFuture<Set<String>> over(Collection<String> incarnations) {
        if (incarnations.isEmpty()) {
            return CompletableFuture.completedFuture(Set.of());
        }
        long asked = System.nanoTime();
        return store.sendAll(
                        Set.copyOf(incarnations),
                        (batch, incarnation) -> batch.lookAtSession(store.keys.session(incarnation)))
                .thenCompose(answers -> {
                    Set<String> over = Collections.newSetFromMap(new ConcurrentHashMap<>());
                    List<CompletableFuture<Void>> endings = new ArrayList<>();
                    long now = System.nanoTime();
                    answers.forEach((incarnation, answer) -> {
                        if (!answer.reply().isThere()) {
                            heard.remove(incarnation);
                            over.add(incarnation);
                        } else if (isSilent(incarnation, answer, asked, now)) {
                            endings.add(end(incarnation, answer, over));
                        }
                    });
                    sweep(now);
                    return CompletableFuture.allOf(endings.toArray(CompletableFuture[]::new))
                            .thenApply(done -> over);
                });
    }

    private boolean isSilent(String incarnation, Store.Answer answer, long asked, long now) {
        Heard last = heard.get(incarnation);
        if (last != null && last.isStill(answer)) {
            heard.put(incarnation, new Heard(last.from, last.cas, last.ttlNanos, last.atNanos, asked));
            return now - last.atNanos >= last.ttlNanos;
        }
        long ttlNanos = Duration.ofMillis(answer.reply().beside()).toNanos();
        heard.put(incarnation, new Heard(answer.from(), answer.reply().cas(), ttlNanos, now, asked));
        return false;
    }

    private CompletableFuture<Void> end(String incarnation, Store.Answer answer, Set<String> over) {
        Batch batch = new Batch(answer.from())
                .delete(store.keys.session(incarnation), answer.reply().cas());
        return store.send(batch).thenAccept(deleted -> {
            if (!deleted.get(0).isOther()) {
                heard.remove(incarnation);
                over.add(incarnation);
            }
        });
    }

    /** One that this coordinator has ended itself: the next look finds that. */
    void forget(String incarnation) {
        heard.remove(incarnation);
    }

    /** Forgets sessions that nobody asks for any more. */
    private void sweep(long now) {
        if (now - sweptNanos > SWEEP_NANOS) {
            sweptNanos = now;
            heard.values().removeIf(each -> now - each.atNanos > 2 * each.ttlNanos + SWEEP_NANOS);
        }
    }
}
