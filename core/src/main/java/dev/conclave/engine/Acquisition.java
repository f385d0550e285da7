package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Durations;
import dev.conclave.Loss;
import dev.conclave.SessionLostException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to get a name: asks, waits, asks again, until it is granted, refused, out of patience or
 * given up. It is settled once. Whatever the backend grants to it afterwards is given back.
 *
 * <p>The request keeps its id while its session lives, so that asking again is harmless and a reply that
 * was lost is simply asked for again. In a new session it is a new request.
 */
final class Acquisition implements Session.Dependent {
    /** What is wanted. */
    record Wanted(ClaimKey key, boolean shared, String payload, long leaseNanos, long holdNanos) {}

    private static final int SESSIONS_PER_SINGLE_ASK = 3;

    private final EngineContext engine;
    private final SessionKeeper keeper;
    private final Requests requests;
    private final Wanted wanted;
    private final long patienceNanos;
    private final CompletableFuture<Optional<HeldClaim>> result = new CompletableFuture<>();
    private final Backoff backoff;

    // Guards what follows. Nothing is called under it.
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Session session;
    private @Nullable ClaimId id;
    private boolean settled;
    private @Nullable ClaimId kept;
    private boolean asking;
    private boolean askAgain;
    private boolean queued;
    private int sessionsTried;
    private boolean outcomeUnknown;
    private @Nullable RuntimeException lastFailure;
    private TimeSource.@Nullable Timer nextAsk;
    private TimeSource.@Nullable Timer patience;

    /** @param patienceNanos how long to wait; zero asks once; {@link Nanos#FOREVER} has no limit */
    Acquisition(EngineContext engine, SessionKeeper keeper, Requests requests, Wanted wanted, long patienceNanos) {
        this.engine = engine;
        this.keeper = keeper;
        this.requests = requests;
        this.wanted = wanted;
        this.patienceNanos = patienceNanos;
        this.backoff = engine.backoff();
    }

    /** Begins. The result is empty if the name was busy for as long as the patience lasted. */
    CompletableFuture<Optional<HeldClaim>> start() {
        ask();
        if (waits() && patienceNanos < Nanos.FOREVER && !result.isDone()) {
            startPatience();
        }
        return result;
    }

    private boolean waits() {
        return patienceNanos > 0;
    }

    private void startPatience() {
        TimeSource.Timer timer = engine.time().schedule(Duration.ofNanos(patienceNanos), this::outOfPatience);
        boolean late;
        lock.lock();
        try {
            late = settled;
            patience = timer;
        } finally {
            lock.unlock();
        }
        if (late) {
            timer.cancel();
        }
    }

    /** The turn may have come: asks now, or right after the answer that is awaited. */
    void ask() {
        lock.lock();
        try {
            if (settled) {
                return;
            }
            if (asking) {
                askAgain = true;
                return;
            }
            asking = true;
            askAgain = false;
            cancel(nextAsk);
            nextAsk = null;
        } finally {
            lock.unlock();
        }
        keeper.session().whenComplete((found, failure) -> {
            if (failure == null) {
                askIn(found);
            } else {
                failed(Failures.of(failure));
            }
        });
    }

    private void askIn(Session found) {
        ClaimId asked;
        lock.lock();
        try {
            if (settled) {
                asking = false;
                return;
            }
            if (session != found || id == null) {
                enter(found);
            }
            asked = id;
        } finally {
            lock.unlock();
        }
        if (waits() && !found.await(this)) {
            restart(found);
            return;
        }
        if (waits()) {
            requests.add(asked, this);
        }
        long sent = engine.time().nanoTime();
        CompletableFuture<ClaimReply> step = Steps.begin(
                () -> engine.driver().claim(new ClaimRequest(asked, wanted.shared(), waits(), wanted.payload())));
        if (step.isDone()) {
            step.whenComplete((reply, failure) -> replied(found, asked, sent, reply, failure));
            return;
        }
        // If the reply comes after we stopped waiting for it, what it grants is nobody's.
        step.whenComplete((reply, failure) -> tooLate(asked, reply));
        engine.steps()
                .bounded("claim " + wanted.key(), step)
                .whenComplete((reply, failure) -> replied(found, asked, sent, reply, failure));
    }

    private void enter(Session found) {
        session = found;
        id = found.nextClaim(wanted.key());
        queued = false;
        outcomeUnknown = false;
        sessionsTried++;
    }

    private void replied(
            Session asked, ClaimId askedId, long sent, @Nullable ClaimReply reply, @Nullable Throwable failure) {
        if (failure != null) {
            failed(Failures.of(failure));
        } else if (asked.isEnded()) {
            restart(asked);
        } else if (reply instanceof ClaimReply.Granted granted) {
            granted(asked, askedId, sent, granted.token());
        } else if (reply instanceof ClaimReply.Waiting waiting) {
            waiting(waiting.lookAgain());
        } else if (reply instanceof ClaimReply.NoSession) {
            keeper.unknownToBackend(asked);
            restart(asked);
        } else {
            settle(null, () -> result.complete(Optional.empty()));
        }
    }

    private void granted(Session asked, ClaimId askedId, long sent, long token) {
        HeldClaim claim = new HeldClaim(
                engine,
                asked,
                askedId,
                wanted.shared(),
                token,
                new HeldClaim.Limit(sent, wanted.leaseNanos(), wanted.holdNanos()),
                isOutcomeUnknown());
        // The session may have ended while we waited, and then we hold nothing.
        if (!asked.admit(claim)) {
            restart(asked);
            return;
        }
        claim.started();
        if (!settle(askedId, () -> result.complete(Optional.of(claim)))) {
            claim.release();
        }
    }

    private boolean isOutcomeUnknown() {
        lock.lock();
        try {
            return outcomeUnknown;
        } finally {
            lock.unlock();
        }
    }

    private void waiting(Duration lookAgain) {
        boolean again;
        lock.lock();
        try {
            asking = false;
            queued = true;
            lastFailure = null;
            again = askAgain;
            if (!again && !settled) {
                nextAsk = engine.time().schedule(lookAgain, this::ask);
            }
        } finally {
            lock.unlock();
        }
        backoff.reset();
        if (again) {
            ask();
        }
    }

    private void failed(RuntimeException failure) {
        boolean retry = waits() && Failures.isTransient(failure);
        boolean again = false;
        lock.lock();
        try {
            asking = false;
            outcomeUnknown = true;
            lastFailure = failure;
            if (retry && !settled) {
                nextAsk = engine.time().schedule(backoff.next(), this::ask);
            }
        } finally {
            lock.unlock();
        }
        if (!retry && settle(null, () -> result.completeExceptionally(failure))) {
            abandon();
        }
    }

    /** Asks again in another session, since the one that was asked in has ended. */
    private void restart(Session over) {
        over.forget(this);
        boolean tooMany;
        lock.lock();
        try {
            asking = false;
            if (session == over) {
                leaveSession();
            }
            tooMany = !waits() && sessionsTried >= SESSIONS_PER_SINGLE_ASK;
        } finally {
            lock.unlock();
        }
        if (tooMany) {
            settle(
                    null,
                    () -> result.completeExceptionally(
                            new SessionLostException("the session of member " + engine.member()
                                    + " ended again and again while it asked for " + wanted.key() + "; try again")));
        } else {
            ask();
        }
    }

    private void leaveSession() {
        ClaimId left = id;
        if (left != null) {
            requests.remove(left);
        }
        session = null;
        id = null;
    }

    @Override
    public void sessionEnded(Session over, Loss loss) {
        boolean mine;
        lock.lock();
        try {
            mine = session == over && !settled;
            if (mine) {
                leaveSession();
            }
            mine = mine && !asking;
        } finally {
            lock.unlock();
        }
        if (mine) {
            // Not from here: others that hung on the session have yet to be told.
            engine.time().schedule(Duration.ZERO, this::ask);
        }
    }

    private void outOfPatience() {
        RuntimeException failure;
        lock.lock();
        try {
            failure = lastFailure;
            if (failure == null && !queued) {
                failure = new BackendUnavailableException(
                        engine.steps().where() + " did not answer within "
                                + Durations.format(Duration.ofNanos(patienceNanos)) + " to: claim " + wanted.key(),
                        null);
            }
        } finally {
            lock.unlock();
        }
        RuntimeException outcome = failure;
        boolean mine = settle(null, () -> {
            if (outcome == null) {
                result.complete(Optional.empty());
            } else {
                result.completeExceptionally(outcome);
            }
        });
        if (mine) {
            abandon();
        }
    }

    /** Gives up for another reason: interrupted, cancelled, closed. A grant that was given just now is returned. */
    void giveUp(RuntimeException reason) {
        if (settle(null, () -> result.completeExceptionally(reason))) {
            abandon();
        } else if (result.isDone() && !result.isCompletedExceptionally()) {
            result.join().ifPresent(HeldClaim::release);
        }
    }

    private boolean settle(@Nullable ClaimId keeps, Runnable completion) {
        Session hungOn;
        lock.lock();
        try {
            if (settled) {
                return false;
            }
            settled = true;
            kept = keeps;
            cancel(nextAsk);
            cancel(patience);
            hungOn = session;
            if (id != null) {
                requests.remove(id);
            }
        } finally {
            lock.unlock();
        }
        if (hungOn != null) {
            hungOn.forget(this);
        }
        completion.run();
        return true;
    }

    /** Takes the request out of the queue, and again later if one may still be on its way. */
    private void abandon() {
        ClaimId left;
        Session in;
        boolean onItsWay;
        lock.lock();
        try {
            left = id;
            in = session;
            onItsWay = outcomeUnknown || asking;
        } finally {
            lock.unlock();
        }
        if (left == null || in == null) {
            return;
        }
        release(left);
        if (onItsWay) {
            // A request can sit in a broken connection and arrive after its release did.
            engine.time().schedule(in.ttl(), () -> {
                if (!in.isEnded()) {
                    release(left);
                }
            });
        }
    }

    private void tooLate(ClaimId asked, @Nullable ClaimReply reply) {
        boolean nobodys;
        lock.lock();
        try {
            nobodys = settled && !asked.equals(kept);
        } finally {
            lock.unlock();
        }
        if (nobodys && (reply instanceof ClaimReply.Granted || reply instanceof ClaimReply.Waiting)) {
            release(asked);
        }
    }

    private void release(ClaimId left) {
        engine.steps()
                .untilConfirmed("release " + wanted.key(), () -> engine.driver().release(left));
    }

    private static void cancel(TimeSource.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
