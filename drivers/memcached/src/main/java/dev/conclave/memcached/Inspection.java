package dev.conclave.memcached;

import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Tells of names who holds them and how many wait, without those whose sessions are over. */
final class Inspection {
    private final Store store;

    Inspection(Store store) {
        this.store = store;
    }

    CompletableFuture<ClaimStatus> one(ClaimKey key) {
        return all(key.kind(), Set.of(store.keys.claims(key)))
                .thenApply(found -> found.stream()
                        .filter(status -> status.key().equals(key))
                        .findFirst()
                        .orElseGet(() -> new ClaimStatus(key, List.of(), 0)));
    }

    /** Of items of names; of those that are free, nothing. */
    CompletableFuture<List<ClaimStatus>> all(ClaimKey.Kind kind, Collection<String> items) {
        return store.sendAll(items, Batch::get).thenCompose(answers -> {
            List<ClaimLine> lines = new ArrayList<>();
            Set<String> incarnations = new LinkedHashSet<>();
            answers.forEach((item, answer) -> {
                if (answer.reply().isThere()) {
                    ClaimLine line = ClaimLine.of(answer.from(), answer.reply());
                    lines.add(line);
                    incarnations.addAll(line.incarnations());
                }
            });
            return store.sendAll(incarnations, (batch, each) -> batch.lookAtSession(store.keys.session(each)))
                    .thenApply(sessions -> statuses(kind, lines, living(sessions)));
        });
    }

    private static Map<String, Duration> living(Map<String, Store.Answer> sessions) {
        Map<String, Duration> living = new HashMap<>();
        sessions.forEach((incarnation, answer) ->
                Sessions.left(answer.reply()).ifPresent(left -> living.put(incarnation, left)));
        return living;
    }

    private static List<ClaimStatus> statuses(ClaimKey.Kind kind, List<ClaimLine> lines, Map<String, Duration> living) {
        List<ClaimStatus> statuses = new ArrayList<>();
        for (ClaimLine line : lines) {
            ClaimKey key = new ClaimKey(kind, line.name());
            List<ClaimStatus.Holding> holders = new ArrayList<>();
            for (ClaimLine.Holder holder : line.holders()) {
                Duration left = living.get(holder.claim().incarnation());
                if (left != null) {
                    holders.add(new ClaimStatus.Holding(
                            holder.id(key),
                            holder.claim().shared(),
                            holder.token(),
                            holder.payload(),
                            holder.since(),
                            left));
                }
            }
            int waiters = (int) line.waiters().stream()
                    .filter(waiter -> living.containsKey(waiter.incarnation()))
                    .count();
            if (waiters + holders.size() > 0) {
                statuses.add(new ClaimStatus(key, holders, waiters));
            }
        }
        return statuses;
    }
}
