package dev.conclave.engine;

import dev.conclave.ClaimState;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Released;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A claim that was granted: the one mechanism behind grants and leaderships. It ends once: released,
 * lost with its session, reported missing by the backend, or at its own time limit.
 */
final class HeldClaim {
    private final EngineContext engine;
    private final Session session;
    private final ClaimId id;
    private final boolean shared;
    private final long token;
    private final Limit limit;
    private final boolean echoes;
    private final AtomicReference<@Nullable Loss> ended = new AtomicReference<>();
    private final LossFuture lost = new LossFuture();
    private final AtomicReference<@Nullable Consumer<Loss>> onEnd = new AtomicReference<>();
    private volatile TimeSource.@Nullable Timer limitTimer;

    /** @param echoes whether an earlier request for it may still be on its way to the backend */
    HeldClaim(
            EngineContext engine,
            Session session,
            ClaimId id,
            boolean shared,
            long token,
            Limit limit,
            boolean echoes) {
        this.engine = engine;
        this.session = session;
        this.id = id;
        this.shared = shared;
        this.token = token;
        this.limit = limit;
        this.echoes = echoes;
    }

    /** Begins to watch the time limit; once, after the session has admitted the claim. */
    void started() {
        if (limit.isSet()) {
            watchLimit();
        }
    }

    private void watchLimit() {
        TimeSource.Timer timer = engine.time()
                .schedule(Duration.ofNanos(limit.remainingNanos(engine.time().nanoTime())), () -> {
                    if (limit.remainingNanos(engine.time().nanoTime()) > 0) {
                        watchLimit();
                    } else if (end(new Loss(LossReason.TIME_LIMIT, describe() + " reached its time limit"))) {
                        giveBack();
                    }
                });
        limitTimer = timer;
        if (ended.get() != null) {
            timer.cancel();
        }
    }

    ClaimId id() {
        return id;
    }

    boolean isShared() {
        return shared;
    }

    long token() {
        return token;
    }

    boolean isValid() {
        return ended.get() == null
                && session.isValid()
                && limit.remainingNanos(engine.time().nanoTime()) > 0;
    }

    Duration validFor() {
        if (ended.get() != null || session.isEnded()) {
            return Duration.ZERO;
        }
        long remaining = Math.min(
                session.remainingNanos(), limit.remainingNanos(engine.time().nanoTime()));
        return Duration.ofNanos(Math.max(0, remaining));
    }

    ClaimState state() {
        Loss loss = ended.get();
        if (loss == null && session.isEnded()) {
            // It is ended too in a moment.
            loss = overdue();
        }
        if (loss != null) {
            return loss.reason() == LossReason.RELEASED ? ClaimState.RELEASED : ClaimState.LOST;
        }
        if (!isValid()) {
            return ClaimState.LOST;
        }
        return session.isAtRisk() ? ClaimState.AT_RISK : ClaimState.HELD;
    }

    CompletableFuture<Loss> lost() {
        return lost;
    }

    /** Tells of the end now, on the callback thread that calls, if that has not happened yet. */
    void tellLost(Loss loss) {
        lost.tell(loss);
    }

    boolean renewLease() {
        if (!isValid()) {
            return false;
        }
        limit.restart(engine.time().nanoTime());
        // We may have been stopped since we looked, while somebody saw the old limit pass.
        return isValid();
    }

    CompletableFuture<Boolean> verify() {
        if (!isValid()) {
            return CompletableFuture.completedFuture(false);
        }
        return engine.steps()
                .call("verify " + id.key(), () -> engine.driver().inspect(id.key()))
                .thenApply(this::stillStands);
    }

    private boolean stillStands(ClaimStatus status) {
        for (ClaimStatus.Holding holding : status.holders()) {
            if (holding.id().equals(id)) {
                return isValid();
            }
        }
        missing();
        return false;
    }

    /** The backend does not have this claim any more. */
    void missing() {
        lose(new Loss(
                LossReason.FORGOTTEN,
                engine.steps().where() + " no longer has " + describe() + ": it was broken, deleted or forgotten"));
    }

    void lose(Loss loss) {
        end(loss);
    }

    /** The session has ended, and this claim with it. */
    void sessionEnded(Loss over) {
        end(withSession(over));
    }

    /** Releases what nobody wants. */
    void letGo() {
        Outcome.ignore(release());
    }

    CompletableFuture<ReleaseResult> release() {
        boolean wasValid = isValid();
        if (!end(wasValid ? new Loss(LossReason.RELEASED, id.key() + " was released") : overdue())) {
            return CompletableFuture.completedFuture(ReleaseResult.ALREADY_LOST);
        }
        CompletableFuture<Released> step = Steps.begin(() -> engine.driver().release(id));
        if (step.isDone() && !step.isCompletedExceptionally()) {
            return CompletableFuture.completedFuture(released(wasValid, step.join()));
        }
        return engine.steps().bounded(() -> "release " + id.key(), step).handle((found, failure) -> {
            if (failure != null) {
                giveBack();
                // What was lost before it was released is lost, whatever the backend would have said.
                return wasValid ? ReleaseResult.UNKNOWN : ReleaseResult.ALREADY_LOST;
            }
            return released(wasValid, found);
        });
    }

    /** Why this claim is not valid although nothing has ended it yet: its session's end has not come to it, or a deadline passed unseen. */
    private Loss overdue() {
        Loss over = session.loss();
        if (over != null) {
            return withSession(over);
        }
        return session.isValid()
                ? pastLimit()
                : new Loss(LossReason.EXPIRED, describe() + " had expired: the process was paused or cut off");
    }

    /** How this claim ends with its session: what had passed its limit by then was lost, and stays so. */
    private Loss withSession(Loss over) {
        return over.reason() == LossReason.RELEASED
                        && limit.remainingNanos(engine.time().nanoTime()) <= 0
                ? pastLimit()
                : over;
    }

    private Loss pastLimit() {
        return new Loss(LossReason.TIME_LIMIT, describe() + " had reached its time limit");
    }

    private static ReleaseResult released(boolean wasValid, Released found) {
        return wasValid && found == Released.HELD ? ReleaseResult.RELEASED : ReleaseResult.ALREADY_LOST;
    }

    /** Returns the claim to the backend in the background, for as long as it takes. */
    void giveBack() {
        engine.steps()
                .untilConfirmed(
                        "release " + id.key(),
                        session::isEnded,
                        () -> engine.driver().release(id));
    }

    private boolean end(Loss loss) {
        if (!ended.compareAndSet(null, loss)) {
            return false;
        }
        session.dismiss(this);
        if (echoes && !session.isEnded()) {
            // It would claim the name anew, for nobody, if it arrived after the release.
            engine.time().schedule(session.ttl(), this::giveBack);
        }
        TimeSource.Timer timer = limitTimer;
        if (timer != null) {
            timer.cancel();
        }
        try {
            tellEngine();
        } finally {
            // Where nobody waits to be told, no callback thread need be woken.
            if (lost.getNumberOfDependents() == 0 && loss.reason() == LossReason.RELEASED) {
                lost.tell(loss);
            } else {
                engine.callbacks().execute(() -> lost.tell(loss));
            }
        }
        return true;
    }

    /** Tells the engine's own policy of the end, at once and on whatever thread; never application code. */
    void onEnd(Consumer<Loss> listener) {
        onEnd.set(listener);
        if (ended.get() != null) {
            tellEngine();
        }
    }

    private void tellEngine() {
        Loss loss = ended.get();
        Consumer<Loss> listener = onEnd.getAndSet(null);
        if (listener != null && loss != null) {
            listener.accept(loss);
        }
    }

    String describe() {
        return "the claim of " + id.session().member() + " on " + id.key() + " (token " + token + ")";
    }

    /** A time limit of a claim's own, beside that of its session. */
    static final class Limit {
        static final long NONE = Nanos.FOREVER;
        private static final Limit UNSET = new Limit(0, NONE, NONE);

        private final boolean set;
        private final long leaseNanos;
        private final long holdUntil;
        private volatile long leaseUntil;
        private volatile boolean seenOver;

        /**
         * A limit, if there is one.
         *
         * @param askedNanos when the claim was asked for, which limits count from
         * @param leaseNanos how long it stands unless restarted, or NONE
         * @param holdNanos how long it stands at most, or NONE
         */
        static Limit of(long askedNanos, long leaseNanos, long holdNanos) {
            return leaseNanos == NONE && holdNanos == NONE ? UNSET : new Limit(askedNanos, leaseNanos, holdNanos);
        }

        private Limit(long askedNanos, long leaseNanos, long holdNanos) {
            this.leaseNanos = leaseNanos;
            this.holdUntil = askedNanos + holdNanos;
            this.leaseUntil = askedNanos + leaseNanos;
            this.set = leaseNanos != NONE || holdNanos != NONE;
        }

        boolean isSet() {
            return set;
        }

        void restart(long nowNanos) {
            if (set) {
                leaseUntil = nowNanos + leaseNanos;
            }
        }

        /** Zero or less from the first time that somebody finds it so: what was seen as lost stays lost. */
        long remainingNanos(long nowNanos) {
            if (!set) {
                return NONE;
            }
            if (seenOver) {
                return 0;
            }
            long remaining = Math.min(leaseUntil - nowNanos, holdUntil - nowNanos);
            if (remaining <= 0) {
                seenOver = true;
            }
            return remaining;
        }
    }
}
