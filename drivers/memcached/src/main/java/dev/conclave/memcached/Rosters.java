package dev.conclave.memcached;

import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at groups. Each look asks for the sessions of all members, since nobody tells of a death; whoever finds one takes the member off
 * the list, which is a change with a revision of its own. What a look has read is kept while the group is watched, so that
 * one which finds nothing new asks for no more than that.
 */
final class Rosters {
    private final Store store;
    private final Groups groups;
    private final Map<String, Known> watched = new ConcurrentHashMap<>();

    Rosters(Store store, Groups groups) {
        this.store = store;
        this.groups = groups;
    }

    /** A group as it was last read. */
    private static final class Known {
        volatile Groups.@Nullable Seen seen;
        volatile Map<String, String> capabilities = Map.of();
    }

    void watch(String group) {
        watched.computeIfAbsent(group, key -> new Known());
    }

    void unwatch(String group) {
        watched.remove(group);
    }

    /** How many members a watched group had when it was last looked at. */
    int size(String group) {
        Known known = watched.get(group);
        Groups.Seen seen = known == null ? null : known.seen;
        return seen == null ? 0 : seen.roster().entries().size();
    }

    CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return store.untilWon("group " + group, () -> once(group, knownRevision));
    }

    private CompletableFuture<Optional<RosterReply>> once(String group, long knownRevision) {
        Known known = watched.getOrDefault(group, new Known());
        Groups.Seen before = known.seen;
        Batch batch = new Batch();
        if (before == null) {
            batch.get(store.keys.group(group));
        } else {
            batch.look(store.keys.group(group));
        }
        return store.send(batch).thenCompose(answers -> {
            Reply found = answers.get(0);
            if (!found.isThere()) {
                known.seen = null;
                return CompletableFuture.completedFuture(Optional.of(gone(answers.from(), knownRevision)));
            }
            if (before == null) {
                Groups.Seen seen = Groups.Seen.of(group, answers.from(), found);
                known.seen = seen;
                return withoutTheDead(group, known, seen, knownRevision);
            }
            if (before.cas() != found.cas() || !before.from().isSame(answers.from())) {
                known.seen = null;
                return CompletableFuture.completedFuture(Optional.empty());
            }
            return withoutTheDead(group, known, before, knownRevision);
        });
    }

    /** Nobody has left a group that a restarted server does not know: they have not had the time to join again. */
    private static RosterReply gone(Instance from, long knownRevision) {
        return knownRevision >= 0 && from.isLaterThan(knownRevision)
                ? new RosterReply.Whole(from.token(0), List.of(), true)
                : new RosterReply.NoGroup();
    }

    private CompletableFuture<Optional<RosterReply>> withoutTheDead(
            String group, Known known, Groups.Seen seen, long knownRevision) {
        return groups.over(seen.roster()).thenCompose(over -> {
            if (!over.isEmpty()) {
                return drop(group, known, seen, entry -> over.contains(entry.incarnation()));
            }
            long revision = seen.from().token(seen.cas());
            if (revision == knownRevision) {
                return CompletableFuture.completedFuture(Optional.of(new RosterReply.Unchanged()));
            }
            return withCapabilities(group, known, seen, knownRevision);
        });
    }

    /** Takes members off the list by a change of the group, and looks again. */
    private CompletableFuture<Optional<RosterReply>> drop(
            String group, Known known, Groups.Seen seen, Predicate<Roster.Entry> whom) {
        known.seen = null; // what is changed now is no longer what was read
        List<String> theirs = seen.roster().entries().stream()
                .filter(whom.and(entry -> entry.capabilities() == null))
                .map(entry -> store.keys.capabilities(entry.id(), entry.edition()))
                .toList();
        Batch batch = new Batch(seen.from());
        Roster rest = seen.roster().without(whom);
        groups.store(batch, group, new Groups.Seen(seen.from(), seen.cas(), rest));
        return store.send(batch)
                .thenCompose(answers -> store.sendAll(answers.get(0).isDone() ? theirs : List.of(), Batch::delete))
                .thenApply(deleted -> Optional.empty());
    }

    private CompletableFuture<Optional<RosterReply>> withCapabilities(
            String group, Known known, Groups.Seen seen, long knownRevision) {
        Map<String, String> before = known.capabilities;
        Map<String, String> capabilities = new HashMap<>();
        List<String> unknown = new ArrayList<>();
        for (Roster.Entry entry : seen.roster().entries()) {
            if (entry.capabilities() == null) {
                String item = store.keys.capabilities(entry.id(), entry.edition());
                String text = before.get(item);
                if (text == null) {
                    unknown.add(item);
                } else {
                    capabilities.put(item, text);
                }
            }
        }
        return store.sendAll(unknown, Batch::get).thenCompose(answers -> {
            answers.forEach((item, answer) -> {
                if (answer.reply().isThere()) {
                    capabilities.put(
                            item, new String(Packed.unpacked(answer.reply().bytes()), StandardCharsets.UTF_8));
                }
            });
            known.capabilities = Map.copyOf(capabilities);
            // Evicted, or replaced if the group has changed meanwhile, and then nobody is dropped. What such a member
            // is capable of
            // is known to itself alone, so it is taken off the list, told by its next renewal, and joins again.
            Predicate<Roster.Entry> incomplete = entry -> entry.capabilities() == null
                    && !capabilities.containsKey(store.keys.capabilities(entry.id(), entry.edition()));
            if (seen.roster().entries().stream().anyMatch(incomplete)) {
                return drop(group, known, seen, incomplete);
            }
            return CompletableFuture.completedFuture(Optional.of(whole(seen, capabilities, knownRevision)));
        });
    }

    private RosterReply whole(Groups.Seen seen, Map<String, String> capabilities, long knownRevision) {
        List<RosterEntry> entries = new ArrayList<>();
        for (Roster.Entry entry : seen.roster().entries()) {
            EnrolmentId id = entry.id();
            String inline = entry.capabilities();
            entries.add(entry.told(
                    inline != null
                            ? inline
                            : String.valueOf(capabilities.get(store.keys.capabilities(id, entry.edition())))));
        }
        long created = seen.roster().created();
        // Of a group that has come to be since, the server has forgotten what was before.
        return new RosterReply.Whole(
                seen.from().token(seen.cas()), entries, knownRevision >= 0 && knownRevision < created);
    }
}
