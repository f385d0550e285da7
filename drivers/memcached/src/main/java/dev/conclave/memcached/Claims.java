package dev.conclave.memcached;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Names that are held or waited for: an item each. A free name is claimed by an add, and released by a deletion that compares the
 * number of its last change, so it can only ever delete what this very claim stored; where others are there too, by
 * compare-and-set of the whole.
 */
final class Claims {
    private final Store store;
    private final Sessions sessions;
    private final Liveness liveness;
    private final Obstacles obstacles;
    private final Consumer<Subject> signals;
    private final Map<ClaimId, Held> held = new ConcurrentHashMap<>();
    private final Waiting waiting;

    /** @param longestPause between two looks of one that waits */
    Claims(Store store, Sessions sessions, Liveness liveness, Duration longestPause, Consumer<Subject> signals) {
        this.store = store;
        this.sessions = sessions;
        this.liveness = liveness;
        this.obstacles = new Obstacles(liveness);
        this.signals = signals;
        this.waiting = new Waiting(longestPause, signals);
    }

    /**
     * How a claim of ours was stored when we last saw it.
     *
     * @param from the run of the server; in another the number means another change
     * @param cas the number of the item's last change
     * @param alone whether nothing but this claim is in the item
     * @param sinceNanos when it was granted, on our clock
     */
    private record Held(Instance from, long cas, boolean alone, long sinceNanos) {
        boolean isStill(Store.Answer answer) {
            return answer.reply().cas() == cas && answer.from().isSame(from);
        }
    }

    /** What a look at a name has shown, and what a change of it compares with. */
    private record Seen(Instance from, long cas, ClaimLine line) {}

    private String item(ClaimId id) {
        return store.keys.claims(id.key());
    }

    CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        ClaimId id = request.id();
        // While nobody can be asked, nobody looks for it either, and it is to be told so.
        if (request.queue() && store.isConnected()) {
            Optional<Duration> pause = waiting.pauseBehindAnother(id);
            if (pause.isPresent()) {
                return CompletableFuture.completedFuture(new ClaimReply.Waiting(pause.get()));
            }
        }
        if (waiting.isWaitedFor(id.key())) {
            return inTurn(request);
        }
        // Most names are free. The commands are done in this order: the session lives when its claim is stored.
        return add(request).thenCompose(added -> {
            boolean stored = added.get(0).isDone();
            if (!added.lives()) {
                return stored ? takeBack(request, added) : over(request);
            }
            return stored ? granted(id, added.from(), added.get(0), true) : inTurn(request);
        });
    }

    private CompletableFuture<Sessions.Asked> add(ClaimRequest request) {
        ClaimLine line = ClaimLine.empty(request.id().key());
        line.grant(request, store.now());
        return sessions.ask(
                request.id().session(), batch -> batch.add(item(request.id()), Store.LIFETIME_SECONDS, line.encoded()));
    }

    private CompletableFuture<ClaimReply> takeBack(ClaimRequest request, Sessions.Asked added) {
        return store.send(new Batch(added.from())
                        .delete(item(request.id()), added.get(0).cas()))
                .thenCompose(deleted -> over(request));
    }

    private CompletableFuture<ClaimReply> over(ClaimRequest request) {
        waiting.remove(request.id());
        return CompletableFuture.completedFuture(new ClaimReply.NoSession());
    }

    private CompletableFuture<ClaimReply> granted(ClaimId id, Instance from, Reply stored, boolean alone) {
        waiting.remove(id);
        held.put(id, new Held(from, stored.cas(), alone, System.nanoTime()));
        return CompletableFuture.completedFuture(new ClaimReply.Granted(from.token(stored.cas())));
    }

    private CompletableFuture<ClaimReply> inTurn(ClaimRequest request) {
        String what = request.id().key().toString();
        return store.turns.take(item(request.id()), () -> store.untilWon(what, () -> attempt(request)));
    }

    private CompletableFuture<Optional<ClaimReply>> attempt(ClaimRequest request) {
        ClaimId id = request.id();
        return sessions.ask(id.session(), batch -> batch.get(item(id), Store.LIFETIME_SECONDS))
                .thenCompose(answers -> {
                    if (!answers.lives()) {
                        return over(request).thenApply(Optional::of);
                    }
                    Reply found = answers.get(0);
                    if (!found.isThere()) {
                        return add(request)
                                .thenCompose(
                                        added -> added.lives() && added.get(0).isDone()
                                                ? granted(id, added.from(), added.get(0), true)
                                                        .thenApply(Optional::of)
                                                : lost());
                    }
                    Seen seen = new Seen(answers.from(), found.cas(), ClaimLine.of(id.key(), answers.from(), found));
                    return claimSeen(request, seen);
                });
    }

    private CompletableFuture<Optional<ClaimReply>> claimSeen(ClaimRequest request, Seen seen) {
        Optional<ClaimLine.Holder> mine = seen.line.holder(request.id());
        if (mine.isPresent()) {
            waiting.remove(request.id());
            held.put(request.id(), new Held(seen.from, seen.cas, seen.line.isOneAlone(), System.nanoTime()));
            return won(new ClaimReply.Granted(mine.get().token()));
        }
        List<ClaimLine.Waiter> inTheWay = seen.line.inTheWayOf(request);
        return obstacles
                .lookThrough(request.id().session(), seen.from, inTheWay)
                .thenCompose(found -> {
                    boolean buried = seen.line.bury(found.over());
                    if (found.free()) {
                        return grant(request, seen);
                    }
                    return request.queue() ? queue(request, seen, buried) : refuse(request, seen);
                });
    }

    private CompletableFuture<Optional<ClaimReply>> grant(ClaimRequest request, Seen seen) {
        seen.line.grant(request, store.now());
        boolean alone = seen.line.isOneAlone();
        return store(request.id().key(), seen).thenCompose(stored -> {
            if (!stored.isDone()) {
                return lost();
            }
            return granted(request.id(), seen.from, stored, alone).thenApply(Optional::of);
        });
    }

    private CompletableFuture<Optional<ClaimReply>> queue(ClaimRequest request, Seen seen, boolean buried) {
        ClaimId id = request.id();
        boolean waits = seen.line.isWaiting(id);
        if (waits && !buried) {
            return waits(request, seen);
        }
        if (!waits) {
            seen.line.enqueue(request);
        }
        // Without those who are over, or each look of everybody would ask for them again.
        return store(id.key(), seen).thenCompose(stored -> {
            if (!stored.isDone()) {
                return lost();
            }
            if (buried) {
                waiting.wakeNext(id.key(), seen.line);
            }
            return waits(request, seen);
        });
    }

    private CompletableFuture<Optional<ClaimReply>> waits(ClaimRequest request, Seen seen) {
        int ahead = seen.line.inTheWayOf(request).size();
        return won(new ClaimReply.Waiting(waiting.seen(request.id(), seen.line, ahead)));
    }

    /** Whoever waited before and now only asks has left the queue: Busy leaves nothing behind. */
    private CompletableFuture<Optional<ClaimReply>> refuse(ClaimRequest request, Seen seen) {
        waiting.remove(request.id());
        if (!seen.line.removeWaiter(request.id())) {
            return won(new ClaimReply.Busy());
        }
        return store(request.id().key(), seen).thenCompose(stored -> {
            if (!stored.isDone()) {
                return lost();
            }
            waiting.wakeNext(request.id().key(), seen.line);
            return won(new ClaimReply.Busy());
        });
    }

    private static <T> CompletableFuture<Optional<T>> won(T outcome) {
        return CompletableFuture.completedFuture(Optional.of(outcome));
    }

    private static <T> CompletableFuture<Optional<T>> lost() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Puts the line in the place of what was seen, if nobody has changed that. */
    private CompletableFuture<Reply> store(ClaimKey key, Seen seen) {
        String item = store.keys.claims(key);
        Batch batch = new Batch(seen.from);
        if (seen.line.isEmpty()) {
            batch.delete(item, seen.cas);
        } else {
            byte[] value = seen.line.encoded();
            store.requireFits(seen.from, "what holds and waits for " + key, value);
            batch.replace(item, seen.cas, Store.LIFETIME_SECONDS, value);
        }
        return store.send(batch).thenApply(answers -> answers.get(0));
    }

    CompletableFuture<Released> release(ClaimId id) {
        Held known = held.remove(id);
        if (known == null) {
            return takeOut(id, line -> {});
        }
        long holdNanos = System.nanoTime() - known.sinceNanos;
        if (!known.alone) {
            return takeOut(id, line -> line.heldFor(holdNanos));
        }
        // The number is that of the very change which stored this claim: whatever became of our session and of the
        // server since, what is deleted by it is nobody else's.
        return store.send(new Batch(known.from).delete(item(id), known.cas))
                .thenCompose(answers -> answers.get(0).isDone()
                        ? CompletableFuture.completedFuture(Released.HELD)
                        : takeOut(id, line -> line.heldFor(holdNanos)));
    }

    /** @param noted what to note in the line if it was a holder */
    private CompletableFuture<Released> takeOut(ClaimId id, Consumer<ClaimLine> noted) {
        return store.turns.take(item(id), () -> store.untilWon(id.key().toString(), () -> takeOutOnce(id, noted)));
    }

    private CompletableFuture<Optional<Released>> takeOutOnce(ClaimId id, Consumer<ClaimLine> noted) {
        forget(id); // once more: the answer to an earlier request may have come meanwhile
        return sessions.ask(id.session(), batch -> batch.get(item(id))).thenCompose(answers -> {
            Reply found = answers.get(0);
            if (!found.isThere()) {
                return won(Released.NOTHING);
            }
            Seen seen = new Seen(answers.from(), found.cas(), ClaimLine.of(id.key(), answers.from(), found));
            Released released = seen.line.removeHolder(id)
                    ? Released.HELD
                    : seen.line.removeWaiter(id) ? Released.WAITING : Released.NOTHING;
            if (released == Released.HELD) {
                noted.accept(seen.line);
            }
            if (released == Released.NOTHING) {
                return won(released);
            }
            boolean lived = answers.lives();
            return store(id.key(), seen).thenCompose(stored -> {
                if (!stored.isDone()) {
                    return lost();
                }
                waiting.wakeNext(id.key(), seen.line);
                return won(lived ? released : Released.NOTHING);
            });
        });
    }

    CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return store.turns.take(
                store.keys.claims(key), () -> store.untilWon(key.toString(), () -> breakOnce(key, token)));
    }

    private CompletableFuture<Optional<Boolean>> breakOnce(ClaimKey key, long token) {
        return store.send(new Batch().get(store.keys.claims(key))).thenCompose(answers -> {
            Reply found = answers.get(0);
            if (!found.isThere()) {
                return won(false);
            }
            Seen seen = new Seen(answers.from(), found.cas(), ClaimLine.of(key, answers.from(), found));
            Optional<ClaimLine.Holder> holder = seen.line.holder(token);
            if (holder.isEmpty()) {
                return won(false);
            }
            ClaimId id = holder.get().id(key);
            return liveness.over(Set.of(id.session().incarnation())).thenCompose(over -> {
                if (!over.isEmpty()) {
                    return won(false);
                }
                seen.line.removeHolder(id);
                return store(id.key(), seen).thenCompose(stored -> {
                    if (!stored.isDone()) {
                        return lost();
                    }
                    signals.accept(new Subject.Session(id.session()));
                    waiting.wakeNext(key, seen.line);
                    return won(true);
                });
            });
        });
    }

    /** Notes that the claim is neither held nor waited for by anybody here, and changes nothing at the server. */
    void forget(ClaimId id) {
        waiting.remove(id);
        held.remove(id);
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /** Which of the claims are gone; those that stand are kept from expiring. */
    CompletableFuture<Set<ClaimId>> missing(Set<ClaimId> claims) {
        return store.sendAll(claims, (batch, id) -> batch.touch(item(id), Store.LIFETIME_SECONDS))
                .thenCompose(answers -> {
                    Set<ClaimId> missing = new HashSet<>();
                    Set<ClaimId> changed = new HashSet<>();
                    answers.forEach((id, answer) -> {
                        Held known = held.get(id);
                        if (!answer.reply().isThere()) {
                            missing.add(id);
                        } else if (known == null || !known.isStill(answer)) {
                            changed.add(id);
                        }
                    });
                    return store.sendAll(changed, (batch, id) -> batch.get(item(id)))
                            .thenApply(found -> {
                                found.forEach((id, answer) -> {
                                    if (!stillHolds(id, answer)) {
                                        missing.add(id);
                                    }
                                });
                                missing.forEach(held::remove);
                                return missing;
                            });
                });
    }

    private boolean stillHolds(ClaimId id, Store.Answer answer) {
        if (!answer.reply().isThere()) {
            return false;
        }
        ClaimLine line = ClaimLine.of(id.key(), answer.from(), answer.reply());
        boolean holds = line.holder(id).isPresent();
        if (holds) {
            held.computeIfPresent(
                    id,
                    (key, before) ->
                            new Held(answer.from(), answer.reply().cas(), line.isOneAlone(), before.sinceNanos));
        }
        return holds;
    }

    /**
     * Takes out what a session that has ended held and waited for, an item at a time. What does not arrive is cleared away by whoever
     * comes next, or expires.
     */
    CompletableFuture<Void> forget(SessionId session) {
        Set<ClaimKey> shared = waiting.forget(session);
        List<CompletableFuture<?>> ends = new ArrayList<>();
        held.forEach((id, known) -> {
            if (id.session().equals(session) && held.remove(id, known)) {
                if (known.alone) {
                    shared.remove(id.key());
                    ends.add(deleteOrClear(id, known));
                } else {
                    shared.add(id.key());
                }
            }
        });
        shared.forEach(key -> ends.add(clear(key, session)));
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** Others may have come since we last saw it. */
    private CompletableFuture<?> deleteOrClear(ClaimId id, Held known) {
        return store.send(new Batch(known.from).delete(item(id), known.cas))
                .thenCompose(answers -> answers.get(0).isDone()
                        ? CompletableFuture.completedFuture(true)
                        : clear(id.key(), id.session()));
    }

    private CompletableFuture<Boolean> clear(ClaimKey key, SessionId session) {
        return store.turns.take(
                store.keys.claims(key), () -> store.untilWon(key.toString(), () -> clearOnce(key, session)));
    }

    private CompletableFuture<Optional<Boolean>> clearOnce(ClaimKey key, SessionId session) {
        return store.send(new Batch().get(store.keys.claims(key))).thenCompose(answers -> {
            Reply found = answers.get(0);
            if (!found.isThere()) {
                return won(false);
            }
            Seen seen = new Seen(answers.from(), found.cas(), ClaimLine.of(key, answers.from(), found));
            if (!seen.line.bury(Set.of(session.incarnation()))) {
                return won(false);
            }
            return store(key, seen).thenCompose(stored -> {
                if (!stored.isDone()) {
                    return lost();
                }
                waiting.wakeNext(key, seen.line);
                return won(true);
            });
        });
    }
}
