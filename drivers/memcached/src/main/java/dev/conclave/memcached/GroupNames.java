package dev.conclave.memcached;

import dev.conclave.spi.Names;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names of all groups, in one item, since a memcached cannot be asked for them. It is a hint and never the truth: a group is there
 * if its own item is. Whoever creates a group writes the item after that, even if the name is in it already, and whoever deletes one
 * takes the name out only if the item has not changed since the group was seen to be gone. So if both do so at once, the
 * one that deletes loses the race, looks again, and finds the group. If the item is evicted, or somebody stopped half-way, the next
 * renewal of a member mends it.
 */
final class GroupNames {
    private static final String WHAT = "the list of groups";

    private final Store store;
    /** The list as it was when all of our groups were last found in it. */
    private volatile @Nullable Checked checked;

    private record Checked(Instance from, long cas, Set<String> groups) {
        boolean covers(Store.Answer answer, Collection<String> wanted) {
            return answer.reply().isThere()
                    && answer.reply().cas() == cas
                    && answer.from().isSame(from)
                    && groups.containsAll(wanted);
        }
    }

    GroupNames(Store store) {
        this.store = store;
    }

    private static Set<String> names(Reply reply) {
        if (!reply.isThere()) {
            return new TreeSet<>();
        }
        String text = new String(Packed.unpacked(reply.bytes()), StandardCharsets.US_ASCII);
        return Arrays.stream(text.split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(Names::decoded)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static byte[] encoded(Set<String> names) {
        String text = names.stream().map(Names::encoded).collect(Collectors.joining("\n"));
        return Packed.packed(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** After a group was created. */
    CompletableFuture<Boolean> add(String group) {
        return add(Set.of(group));
    }

    private CompletableFuture<Boolean> add(Collection<String> groups) {
        return store.turns.take(
                store.keys.groups(),
                () -> store.untilWon(
                        WHAT,
                        () -> store.send(new Batch().get(store.keys.groups())).thenCompose(answers -> {
                            Set<String> names = names(answers.get(0));
                            names.addAll(groups);
                            return write(answers, names);
                        })));
    }

    /** Of the answers the last is the list. */
    private CompletableFuture<Optional<Boolean>> write(Batch.Answers answers, Set<String> names) {
        Reply before = answers.replies().get(answers.replies().size() - 1);
        byte[] value = encoded(names);
        store.requireFits(answers.from(), WHAT, value);
        Batch batch = new Batch(answers.from());
        if (before.isThere()) {
            batch.replace(store.keys.groups(), before.cas(), Store.FOR_EVER, value);
        } else {
            batch.add(store.keys.groups(), Store.FOR_EVER, value);
        }
        return store.send(batch).thenApply(written -> written.get(0).isDone() ? Optional.of(true) : Optional.empty());
    }

    /** After a group was deleted. */
    CompletableFuture<Boolean> remove(String group) {
        return store.turns.take(
                store.keys.groups(),
                () -> store.untilWon(
                        WHAT,
                        () -> store.send(lookFor(group)).thenCompose(answers -> {
                            Set<String> names = names(answers.get(1));
                            if (answers.get(0).isThere() || !names.remove(group)) {
                                return CompletableFuture.completedFuture(Optional.of(false));
                            }
                            return write(answers, names);
                        })));
    }

    private Batch lookFor(String group) {
        return new Batch().look(store.keys.group(group)).get(store.keys.groups());
    }

    /** Sees to it that groups which are there are in the list. */
    CompletableFuture<Boolean> ensure(Set<String> groups) {
        if (groups.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        return store.send(new Batch().look(store.keys.groups())).thenCompose(looked -> {
            Checked known = checked;
            Store.Answer answer = new Store.Answer(looked.from(), looked.get(0));
            if (known != null && known.covers(answer, groups)) {
                return CompletableFuture.completedFuture(true);
            }
            return store.send(new Batch().get(store.keys.groups())).thenCompose(found -> {
                Set<String> names = names(found.get(0));
                if (!names.containsAll(groups)) {
                    return add(groups);
                }
                checked = new Checked(found.from(), found.get(0).cas(), names);
                return CompletableFuture.completedFuture(true);
            });
        });
    }

    /** All groups that are there. */
    CompletableFuture<Set<String>> all() {
        return store.send(new Batch().get(store.keys.groups())).thenCompose(answers -> {
            Set<String> names = names(answers.get(0));
            return store.sendAll(names, (batch, name) -> batch.look(store.keys.group(name)))
                    .thenApply(found -> {
                        Set<String> there = new HashSet<>();
                        found.forEach((name, answer) -> {
                            if (answer.reply().isThere()) {
                                there.add(name);
                            }
                        });
                        return there;
                    });
        });
    }
}
