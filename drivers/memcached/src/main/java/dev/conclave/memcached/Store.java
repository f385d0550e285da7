package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** What steps of all kinds do with the server: ask, find out who lives, compare and set. */
final class Store {
    /**
     * How long an item outlives its last use: longer than the longest session between two renewals, which touch what the session
     * claims, so that no item of a living session ever expires. What the dead leave behind is gone after it.
     */
    static final long LIFETIME_SECONDS = 3L * 24 * 60 * 60;

    static final long FOR_EVER = 0;
    /** So many others must have changed an item, each between our look and our write, for us to give up. */
    private static final int ATTEMPTS = 100;

    private static final int LARGEST_BATCH = 200;

    final Keys keys;
    final Turns turns = new Turns();
    private final Line line;
    private final Endpoint endpoint;

    Store(Keys keys, Line line, Endpoint endpoint) {
        this.keys = keys;
        this.line = line;
        this.endpoint = endpoint;
    }

    CompletableFuture<Batch.Answers> send(Batch batch) {
        return line.submit(batch);
    }

    /** Whether there is a connection, as far as is known. */
    boolean isConnected() {
        return line.isConnected();
    }

    /** Whether it was this run of the server that was connected to last. */
    boolean isOn(Instance run) {
        return line.instance().isSame(run);
    }

    /** The server's time of day, to a second. */
    Instant now() {
        return line.instance().now();
    }

    /** One command for each of many things, in several batches that go out together; in their order. */
    <T> CompletableFuture<Map<T, Answer>> sendAll(Collection<T> all, BiConsumer<Batch, T> command) {
        List<T> things = List.copyOf(all);
        List<CompletableFuture<Batch.Answers>> sent = new ArrayList<>();
        for (int from = 0; from < things.size(); from += LARGEST_BATCH) {
            Batch batch = new Batch();
            things.subList(from, Math.min(things.size(), from + LARGEST_BATCH))
                    .forEach(thing -> command.accept(batch, thing));
            sent.add(send(batch));
        }
        return CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).thenApply(done -> {
            Map<T, Answer> answers = new LinkedHashMap<>();
            int next = 0;
            for (CompletableFuture<Batch.Answers> each : sent) {
                Batch.Answers part = each.join();
                for (Reply reply : part.replies()) {
                    answers.put(things.get(next++), new Answer(part.from(), reply));
                }
            }
            return answers;
        });
    }

    /** A reply and the run of the server that gave it. */
    record Answer(Instance from, Reply reply) {}

    /**
     * Looks and writes until nobody else has come in between; at once, since losing a race to another member is no failure.
     *
     * @param attempt empty if the race was lost
     */
    <T> CompletableFuture<T> untilWon(String what, Supplier<CompletableFuture<Optional<T>>> attempt) {
        return attempt(what, attempt, ATTEMPTS);
    }

    private <T> CompletableFuture<T> attempt(String what, Supplier<CompletableFuture<Optional<T>>> attempt, int left) {
        return attempt.get().thenCompose(outcome -> {
            if (outcome.isPresent()) {
                return CompletableFuture.completedFuture(outcome.get());
            }
            return left > 1 ? attempt(what, attempt, left - 1) : CompletableFuture.failedFuture(tooBusy(what));
        });
    }

    private BackendUnavailableException tooBusy(String what) {
        return new BackendUnavailableException(
                endpoint.where() + ": " + ATTEMPTS + " changes by others came before ours of " + what
                        + "; it will be tried again",
                null);
    }

    /** Refuses what the server would; it would also delete what is stored there. */
    void requireFits(Instance instance, String what, byte[] value) {
        // The item's head and key count too.
        if (value.length + 400 > instance.maxItemBytes()) {
            throw new BackendUnavailableException(
                    endpoint.where() + ": " + what + " would take " + value.length + " bytes, and its largest item has "
                            + instance.maxItemBytes() + "; raise the server's -I",
                    null);
        }
    }
}
