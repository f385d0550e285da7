package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sessions: an item each, which expires unless it is renewed, and without which all that names it counts for nothing. It is a number that
 * each renewal changes, and whoever takes something away from the session; its owner looks at it now and then, as nobody tells it.
 */
final class Sessions {
    /** As many digits as it will ever have, so that it is counted up in its place. */
    private static final byte[] FIRST = Keys.bytes("1000000000");
    /**
     * For so long a session of ours that was found there is taken to be there, so that who claims again and again does not ask for it each time.
     * What the server forgets of it meanwhile could as well have been forgotten just after the claim, and is told of as that is.
     */
    private static final long LATELY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Store store;
    private final Endpoint endpoint;
    private final Map<SessionId, Own> own = new ConcurrentHashMap<>();
    /** Those whose opening was not answered yet, and that were not ended either. */
    private final Set<SessionId> opening = ConcurrentHashMap.newKeySet();

    Sessions(Store store, Endpoint endpoint) {
        this.store = store;
        this.endpoint = endpoint;
    }

    /** One of this coordinator's. */
    private static final class Own {
        final Instance from;
        final long seconds;
        final ServerClock clock;
        volatile long cas;
        /** When it was found there, or that time so long ago if it was not. */
        private volatile long seenNanos;

        Own(Instance from, long seconds, long cas, ServerClock clock, long sentNanos) {
            this.from = from;
            this.seconds = seconds;
            this.cas = cas;
            this.clock = clock;
            this.seenNanos = sentNanos;
        }

        /** Notes what came of a look that was sent then. */
        void seen(boolean there, long sentNanos) {
            seenNanos = there ? sentNanos : sentNanos - LATELY_NANOS;
        }

        boolean isSeenLately() {
            return System.nanoTime() - seenNanos < LATELY_NANOS;
        }
    }

    /**
     * What came of commands of a session.
     *
     * @param lives whether it was there before them
     * @param from the run of the server that answered
     * @param replies in the order of the commands
     */
    record Asked(boolean lives, Instance from, List<Reply> replies) {
        Reply get(int index) {
            return replies.get(index);
        }
    }

    /** Sends commands after a look at the session, if there was none just now. */
    CompletableFuture<Asked> ask(SessionId session, Consumer<Batch> commands) {
        Own known = own.get(session);
        if (known != null && known.isSeenLately() && store.isOn(known.from)) {
            // To this run of the server only: it may be sent later than that, and another one knows nothing of the
            // session.
            Batch batch = new Batch(known.from);
            commands.accept(batch);
            return store.send(batch).thenApply(answers -> new Asked(true, answers.from(), answers.replies()));
        }
        Batch batch = new Batch().look(store.keys.session(session));
        commands.accept(batch);
        return store.send(batch).thenApply(answers -> {
            boolean lives = answers.get(0).isThere();
            if (known != null) {
                known.seen(lives, batch.sentNanos());
            }
            List<Reply> replies = answers.replies();
            return new Asked(lives, answers.from(), replies.subList(1, replies.size()));
        });
    }

    private static long seconds(Duration ttl) {
        return ttl.plusNanos(999_999_999).toSeconds() + ServerClock.LATEST;
    }

    CompletableFuture<Duration> open(SessionId session, Duration ttl) {
        long seconds = seconds(ttl);
        Batch batch = new Batch().add(store.keys.session(session), seconds, FIRST, ttl.toMillis());
        opening.add(session);
        return store.send(batch)
                .thenApply(answers -> opened(session, ttl, seconds, batch, answers))
                .whenComplete((granted, failure) -> opening.remove(session));
    }

    private Duration opened(SessionId session, Duration ttl, long seconds, Batch batch, Batch.Answers answers) {
        if (!answers.get(0).isDone()) {
            throw new BackendUnavailableException("the session " + session + " was opened before", null);
        }
        ServerClock clock = new ServerClock(seconds, batch.sentNanos(), System.nanoTime());
        Own opened = new Own(answers.from(), seconds, answers.get(0).cas(), clock, batch.sentNanos());
        own.put(session, opened);
        if (!opening.contains(session)) {
            own.remove(session, opened); // ended before this was answered
        }
        return ttl;
    }

    /** Proves that the session lives. False if it does not any more. */
    CompletableFuture<Boolean> renew(SessionId session) {
        Own known = own.get(session);
        if (known != null) {
            return touch(session, known.seconds, known).exceptionally(failure -> {
                if (isForgotten(known, failure)) {
                    return false;
                }
                throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
            });
        }
        // Somebody else's, as in the hands of an administrator: it says itself how long it is to live.
        return store.send(new Batch().lookAtSession(store.keys.session(session)))
                .thenCompose(answers -> {
                    Reply found = answers.get(0);
                    return found.isThere()
                            ? touch(session, seconds(Duration.ofMillis(found.beside())), null)
                            : CompletableFuture.completedFuture(false);
                });
    }

    /** A server that has restarted grants nothing until it is a second old; in that time the former holders are told. */
    private static boolean isForgotten(Own known, Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof Login.TooYoung young) {
                return young.isLaterThan(known.from);
            }
        }
        return false;
    }

    private CompletableFuture<Boolean> touch(SessionId session, long seconds, @Nullable Own known) {
        String item = store.keys.session(session);
        Batch batch = new Batch().lookAtSession(item).count(item).touch(item, seconds);
        return store.send(batch).thenApply(answers -> {
            boolean there = answers.get(2).isThere();
            if (known != null) {
                known.seen(there, batch.sentNanos());
            }
            if (!there) {
                return false;
            }
            if (known != null) {
                requireRightClock(known.clock, answers.get(0).seconds(), batch.sentNanos());
                known.cas = answers.get(1).cas();
            }
            return true;
        });
    }

    private void requireRightClock(ServerClock clock, long secondsLeft, long sentNanos) {
        if (!clock.isRight(secondsLeft, sentNanos, System.nanoTime())) {
            throw new BackendUnavailableException(
                    endpoint.where() + " may have stood still, so that its clock has to catch up, or the answer to the"
                            + " renewal before was lost; the session is renewed again",
                    null);
        }
    }

    /** Lets a session's owner know that something was taken away. If that is lost, its next renewal tells. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void tell(SessionId session) {
        if (!own.containsKey(session)) {
            store.send(new Batch().count(store.keys.session(session)));
        }
    }

    /** Which of our sessions somebody has changed, or that are gone. */
    CompletableFuture<Set<SessionId>> told() {
        return store.sendAll(own.keySet(), (batch, session) -> batch.look(store.keys.session(session)))
                .thenApply(answers -> {
                    Set<SessionId> told = new HashSet<>();
                    answers.forEach((session, answer) -> {
                        Own known = own.get(session);
                        if (known != null && known.cas != answer.reply().cas()) {
                            told.add(session);
                        }
                    });
                    return told;
                });
    }

    CompletableFuture<Void> end(SessionId session) {
        opening.remove(session);
        own.remove(session);
        return store.send(new Batch().delete(store.keys.session(session))).thenApply(answers -> null);
    }

    /** How long a session lives, to a second, from what was answered to a look at it; empty if it is over. */
    static Optional<Duration> left(Reply reply) {
        return reply.isThere()
                ? Optional.of(Duration.ofSeconds(Math.max(0, reply.seconds() - ServerClock.LATEST)))
                : Optional.empty();
    }
}
