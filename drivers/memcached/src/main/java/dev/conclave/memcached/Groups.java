package dev.conclave.memcached;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Groups: an item each, which lists the members, and is changed by compare-and-set of the whole. Capabilities that have an item of
 * their own are stored before the list that counts on them; if their writer stops in between, nobody knows of them and they expire.
 */
final class Groups {
    private final Store store;
    private final Liveness liveness;
    private final GroupNames names;
    private final Consumer<Subject> signals;
    private final Map<EnrolmentId, Listed> listed = new ConcurrentHashMap<>();

    Groups(Store store, Liveness liveness, GroupNames names, Consumer<Subject> signals) {
        this.store = store;
        this.liveness = liveness;
        this.names = names;
        this.signals = signals;
    }

    /**
     * An enrolment of ours as we last saw it.
     *
     * @param cas the number of the last change of the group's item
     * @param capabilities the item that they are in, if they have one of their own
     */
    private record Listed(Instance from, long cas, @Nullable String capabilities) {}

    /** What a look at a group has shown, and what a change of it compares with. */
    record Seen(Instance from, long cas, Roster roster) {
        static Seen of(String group, Instance from, Reply reply) {
            return new Seen(from, reply.cas(), Roster.of(group, from, reply));
        }
    }

    private <T> CompletableFuture<T> inTurn(String group, Attempt<T> attempt) {
        return store.turns.take(store.keys.group(group), () -> store.untilWon("group " + group, () -> attempt.once()));
    }

    /** One look and one write; empty if somebody else wrote in between. */
    @FunctionalInterface
    private interface Attempt<T> {
        CompletableFuture<Optional<T>> once();
    }

    private static <T> CompletableFuture<Optional<T>> won(T outcome) {
        return CompletableFuture.completedFuture(Optional.of(outcome));
    }

    private static <T> CompletableFuture<Optional<T>> lost() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    CompletableFuture<Boolean> create(String group) {
        Batch batch = new Batch()
                .add(
                        store.keys.group(group),
                        Store.FOR_EVER,
                        Roster.empty(group).encoded());
        return store.send(batch).thenCompose(answers -> {
            if (!answers.get(0).isDone()) {
                // Who created it may have stopped half-way, and while it has no member nobody else would list it.
                return names.ensure(Set.of(group)).thenApply(listed -> false);
            }
            return names.add(group).thenApply(done -> {
                changed(group);
                return true;
            });
        });
    }

    CompletableFuture<GroupDeletion> delete(String group) {
        return this.<GroupDeletion>inTurn(group, () -> deleteOnce(group)).thenCompose(deletion -> {
            if (deletion != GroupDeletion.DELETED) {
                return CompletableFuture.completedFuture(deletion);
            }
            return names.remove(group).thenApply(removed -> {
                changed(group);
                return deletion;
            });
        });
    }

    private CompletableFuture<Optional<GroupDeletion>> deleteOnce(String group) {
        return store.send(new Batch().get(store.keys.group(group))).thenCompose(answers -> {
            if (!answers.get(0).isThere()) {
                return won(GroupDeletion.NO_GROUP);
            }
            Seen seen = Seen.of(group, answers.from(), answers.get(0));
            return over(seen.roster).thenCompose(over -> {
                if (!seen.roster
                        .without(entry -> over.contains(entry.incarnation()))
                        .isEmpty()) {
                    return won(GroupDeletion.NOT_EMPTY);
                }
                return store.send(new Batch(seen.from).delete(store.keys.group(group), seen.cas))
                        .thenCompose(deleted -> deleted.get(0).isDone() ? won(GroupDeletion.DELETED) : lost());
            });
        });
    }

    /** Those listed whose sessions are over. */
    CompletableFuture<Set<String>> over(Roster roster) {
        return liveness.over(
                roster.entries().stream().map(Roster.Entry::incarnation).collect(Collectors.toSet()));
    }

    CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return inTurn(enrolment.id().group(), () -> enrolOnce(enrolment));
    }

    private CompletableFuture<Optional<EnrolReply>> enrolOnce(Enrolment enrolment) {
        EnrolmentId id = enrolment.id();
        Batch batch = new Batch().look(store.keys.session(id.session())).get(store.keys.group(id.group()));
        return store.send(batch).thenCompose(answers -> {
            if (!answers.get(0).isThere()) {
                return won(EnrolReply.NO_SESSION);
            }
            if (!answers.get(1).isThere()) {
                return enrolment.createGroup()
                        ? list(enrolment, new Seen(answers.from(), 0, Roster.empty(id.group())))
                        : won(EnrolReply.NO_GROUP);
            }
            Seen seen = Seen.of(id.group(), answers.from(), answers.get(1));
            Optional<Roster.Entry> present = seen.roster.of(id.session().member());
            if (present.isEmpty()) {
                return list(enrolment, seen);
            }
            Roster.Entry other = present.get();
            if (other.incarnation().equals(id.session().incarnation())) {
                return id.sequence() <= other.id().sequence() ? won(EnrolReply.ENROLLED) : list(enrolment, seen);
            }
            if (enrolment.takeOver()) {
                return takeOver(enrolment, seen, other.id().session());
            }
            return liveness.over(Set.of(other.incarnation()))
                    .thenCompose(over -> over.isEmpty() ? won(EnrolReply.TAKEN) : list(enrolment, seen));
        });
    }

    private CompletableFuture<Optional<EnrolReply>> takeOver(Enrolment enrolment, Seen seen, SessionId older) {
        return list(enrolment, seen).thenApply(outcome -> {
            outcome.ifPresent(enrolled -> signals.accept(new Subject.Session(older)));
            return outcome;
        });
    }

    private CompletableFuture<Optional<EnrolReply>> list(Enrolment enrolment, Seen seen) {
        EnrolmentId id = enrolment.id();
        Optional<Roster.Entry> replaced = seen.roster.of(id.session().member());
        Instant now = store.now();
        return write(seen, new Roster.Entry(id, 0, now, now, enrolment.capabilities()))
                .thenCompose(written -> {
                    if (!written) {
                        return lost();
                    }
                    if (seen.cas == 0) {
                        // The name last: see there.
                        return names.add(id.group()).thenApply(added -> Optional.of(EnrolReply.ENROLLED));
                    }
                    return forgetCapabilities(replaced).thenApply(done -> Optional.of(EnrolReply.ENROLLED));
                });
    }

    /** Puts an entry into a group that was seen, or creates it with that, if nobody has changed it. */
    private CompletableFuture<Boolean> write(Seen seen, Roster.Entry entry) {
        EnrolmentId id = entry.id();
        String capabilities = String.valueOf(entry.capabilities());
        Batch batch = new Batch(seen.from);
        @Nullable String item = null;
        if (Roster.isSmall(capabilities)) {
            seen.roster.put(entry);
        } else {
            item = store.keys.capabilities(id, entry.edition());
            batch.set(item, Store.LIFETIME_SECONDS, Packed.packed(Keys.bytes(capabilities)));
            seen.roster.put(new Roster.Entry(id, entry.edition(), entry.joinedAt(), entry.updatedAt(), null));
        }
        store(batch, id.group(), seen);
        @Nullable String elsewhere = item;
        return store.send(batch).thenApply(answers -> {
            Reply stored = answers.get(answers.replies().size() - 1);
            if (!stored.isDone()) {
                return false;
            }
            listed.put(id, new Listed(seen.from, stored.cas(), elsewhere));
            signals.accept(new Subject.Group(id.group()));
            return true;
        });
    }

    /** Adds to a batch that the roster takes the place of what was seen. */
    void store(Batch batch, String group, Seen seen) {
        byte[] value = seen.roster.encoded();
        store.requireFits(seen.from, "the list of members of group " + group, value);
        if (seen.cas == 0) {
            batch.add(store.keys.group(group), Store.FOR_EVER, value);
        } else {
            batch.replace(store.keys.group(group), seen.cas, Store.FOR_EVER, value);
        }
    }

    CompletableFuture<Boolean> amend(EnrolmentId id, long edition, String capabilities) {
        return inTurn(
                id.group(),
                () -> withEntry(id, (seen, entry, lives) -> {
                    if (!lives) {
                        return won(false);
                    }
                    if (edition <= entry.edition()) {
                        return won(true);
                    }
                    Roster.Entry amended = new Roster.Entry(id, edition, entry.joinedAt(), store.now(), capabilities);
                    return write(seen, amended).thenCompose(written -> {
                        if (!written) {
                            return lost();
                        }
                        return forgetCapabilities(Optional.of(entry)).thenApply(done -> Optional.of(true));
                    });
                }));
    }

    CompletableFuture<Boolean> withdraw(EnrolmentId id) {
        return inTurn(
                id.group(),
                () -> withEntry(id, (seen, entry, lives) -> {
                    listed.remove(id);
                    seen.roster.remove(entry);
                    Batch batch = new Batch(seen.from);
                    store(batch, id.group(), seen);
                    return store.send(batch).thenCompose(answers -> {
                        if (!answers.get(0).isDone()) {
                            return lost();
                        }
                        signals.accept(new Subject.Group(id.group()));
                        return forgetCapabilities(Optional.of(entry)).thenApply(done -> Optional.of(lives));
                    });
                }));
    }

    /** What to do with an entry that is listed. */
    @FunctionalInterface
    private interface Change {
        CompletableFuture<Optional<Boolean>> of(Seen seen, Roster.Entry entry, boolean lives);
    }

    private CompletableFuture<Optional<Boolean>> withEntry(EnrolmentId id, Change change) {
        Batch batch = new Batch().look(store.keys.session(id.session())).get(store.keys.group(id.group()));
        return store.send(batch).thenCompose(answers -> {
            if (!answers.get(1).isThere()) {
                return won(false);
            }
            Seen seen = Seen.of(id.group(), answers.from(), answers.get(1));
            Optional<Roster.Entry> entry = seen.roster.of(id);
            return entry.isEmpty()
                    ? won(false)
                    : change.of(seen, entry.get(), answers.get(0).isThere());
        });
    }

    /** Of an entry that is no longer listed, if they have an item of their own. */
    private CompletableFuture<Boolean> forgetCapabilities(Optional<Roster.Entry> entry) {
        if (entry.isEmpty() || entry.get().capabilities() != null) {
            return CompletableFuture.completedFuture(true);
        }
        String item = store.keys.capabilities(entry.get().id(), entry.get().edition());
        return store.send(new Batch().delete(item)).thenApply(answers -> true);
    }

    boolean isListed() {
        return !listed.isEmpty();
    }

    /** Which of the enrolments are gone; capabilities of those that stand are kept from expiring. */
    CompletableFuture<Set<EnrolmentId>> missing(Set<EnrolmentId> enrolments) {
        if (enrolments.isEmpty()) {
            return CompletableFuture.completedFuture(Set.of());
        }
        Set<EnrolmentId> missing = new HashSet<>();
        return store.sendAll(enrolments, (batch, id) -> batch.look(store.keys.group(id.group())))
                .thenCompose(answers -> {
                    Set<EnrolmentId> changed = new HashSet<>();
                    answers.forEach((id, answer) -> {
                        Listed known = listed.get(id);
                        if (!answer.reply().isThere()) {
                            missing.add(id);
                        } else if (known == null
                                || known.cas != answer.reply().cas()
                                || !known.from.isSame(answer.from())) {
                            changed.add(id);
                        }
                    });
                    return store.sendAll(changed, (batch, id) -> batch.get(store.keys.group(id.group())));
                })
                .thenCompose(answers -> {
                    answers.forEach((id, answer) -> {
                        if (!isListed(id, answer)) {
                            missing.add(id);
                        }
                    });
                    return keepCapabilities(enrolments, missing);
                })
                .thenApply(kept -> {
                    missing.forEach(listed::remove);
                    return missing;
                })
                .thenCompose(gone -> {
                    Set<String> there = enrolments.stream()
                            .filter(id -> !gone.contains(id))
                            .map(EnrolmentId::group)
                            .collect(Collectors.toSet());
                    return names.ensure(there).thenApply(ensured -> gone);
                });
    }

    private boolean isListed(EnrolmentId id, Store.Answer answer) {
        if (!answer.reply().isThere()) {
            return false;
        }
        Seen seen = Seen.of(id.group(), answer.from(), answer.reply());
        Optional<Roster.Entry> entry = seen.roster.of(id);
        entry.ifPresent(found -> listed.put(
                id,
                new Listed(
                        seen.from,
                        seen.cas,
                        found.capabilities() == null ? store.keys.capabilities(id, found.edition()) : null)));
        return entry.isPresent();
    }

    /** Without its capabilities an entry cannot be told to anybody: it is as good as gone, and is made anew. */
    private CompletableFuture<Boolean> keepCapabilities(Set<EnrolmentId> enrolments, Set<EnrolmentId> missing) {
        List<Elsewhere> items = new ArrayList<>();
        for (EnrolmentId id : enrolments) {
            Listed known = listed.get(id);
            if (known != null && known.capabilities != null && !missing.contains(id)) {
                items.add(new Elsewhere(id, known.capabilities));
            }
        }
        return store.sendAll(items, (batch, each) -> batch.touch(each.item, Store.LIFETIME_SECONDS))
                .thenApply(answers -> {
                    answers.forEach((each, answer) -> {
                        Listed now = listed.get(each.id);
                        boolean amended = now == null || !each.item.equals(now.capabilities);
                        if (!answer.reply().isThere() && !amended) {
                            missing.add(each.id);
                        }
                    });
                    return true;
                });
    }

    /** Capabilities in an item of their own. */
    private record Elsewhere(EnrolmentId id, String item) {}

    /** Forgets what is known of a session that has ended. */
    void forget(SessionId session) {
        listed.keySet().removeIf(id -> id.session().equals(session));
    }

    private void changed(String group) {
        signals.accept(new Subject.Group(group));
        signals.accept(new Subject.AllGroups());
    }
}
