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
    private volatile long startedNanos;
    /** Made when it is needed: most acquisitions never fail. */
    private volatile @Nullable Spell failures;

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
        startedNanos = engine.time().nanoTime();
        ask();
        if (!isSettled()) {
            requests.opened(this);
            if (patienceNanos <= Nanos.of(engine.steps().callTimeout())) {
                // Otherwise the first answer, or its absence, comes first, and mostly that is all: it needs no timer.
                watchPatience();
            }
            if (isSettled()) {
                requests.settled(this);
            }
        }
        return result;
    }

    private boolean waits() {
        return patienceNanos > 0;
    }

    /** Sets the timer that ends the wait, if there is one to set and it is not set yet. */
    private void watchPatience() {
        lock.lock();
        try {
            if (waits() && patienceNanos < Nanos.FOREVER && patience == null && !settled) {
                long left = patienceNanos - (engine.time().nanoTime() - startedNanos);
                patience = engine.time().schedule(Duration.ofNanos(left), this::outOfPatience);
            }
        } finally {
            lock.unlock();
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
        Session live = keeper.liveSession();
        if (live != null) {
            askIn(live);
            return;
        }
        watchPatience();
        Outcome.of(keeper.session(), (found, failure) -> {
            if (failure == null) {
                askIn(found);
            } else {
                failed(Failures.of(failure));
            }
        });
    }

    private void askIn(Session found) {
        ClaimId asked;
        boolean over;
        lock.lock();
        try {
            if (settled) {
                asking = false;
                return;
            }
            asked = session == found && id != null ? id : enter(found);
            // Under the lock, so that whoever settles meanwhile takes this back, and nothing stays behind.
            over = waits() && !found.await(asked, this);
            if (waits() && !over) {
                requests.add(asked, this);
            }
        } finally {
            lock.unlock();
        }
        if (over) {
            restart(found);
            return;
        }
        long sent = engine.time().nanoTime();
        CompletableFuture<ClaimReply> step = Steps.begin(
                () -> engine.driver().claim(new ClaimRequest(asked, wanted.shared(), waits(), wanted.payload())));
        if (step.isDone()) {
            Outcome.of(step, (reply, failure) -> replied(found, asked, sent, reply, failure));
            return;
        }
        Outcome.of(
                engine.steps().bounded(() -> "claim " + wanted.key(), step, reply -> tooLate(found, asked, reply)),
                (reply, failure) -> replied(found, asked, sent, reply, failure));
    }

    private ClaimId enter(Session found) {
        ClaimId entered = found.nextClaim(wanted.key());
        session = found;
        id = entered;
        queued = false;
        outcomeUnknown = false;
        sessionsTried++;
        return entered;
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
            waiting(asked, askedId, waiting.lookAgain());
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
                HeldClaim.Limit.of(sent, wanted.leaseNanos(), wanted.holdNanos()),
                isOutcomeUnknown());
        // The session may have ended while we waited, and then we hold nothing.
        if (!asked.admit(claim)) {
            restart(asked);
            return;
        }
        claim.started();
        if (!settle(askedId, () -> result.complete(Optional.of(claim)))) {
            claim.letGo();
        }
    }

    private boolean isSettled() {
        lock.lock();
        try {
            return settled;
        } finally {
            lock.unlock();
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

    private void waiting(Session in, ClaimId askedId, Duration lookAgain) {
        watchPatience();
        boolean nobodys;
        lock.lock();
        try {
            asking = false;
            queued = true;
            lastFailure = null;
            failures = null;
            nobodys = settled;
            if (!settled) {
                // By a timer even if at once: a driver that answers on this thread, and signals as it does,
                // would have us call ourselves without end.
                askAfter(askAgain ? Duration.ZERO : backoff.spread(lookAgain));
            }
            backoff.reset();
        } finally {
            lock.unlock();
        }
        if (nobodys) {
            release(in, askedId);
        }
    }

    private void failed(RuntimeException failure) {
        watchPatience();
        boolean retry = waits() && Failures.isTransient(failure);
        lock.lock();
        try {
            asking = false;
            outcomeUnknown = true;
            lastFailure = failure;
            if (retry && !settled) {
                askAfter(backoff.next());
            }
        } finally {
            lock.unlock();
        }
        if (retry) {
            failures().failed("claim " + wanted.key(), failure);
        } else {
            settle(null, () -> {
                // First, as when its patience ends: whoever is told may ask again at once.
                abandon();
                result.completeExceptionally(failure);
            });
        }
    }

    private Spell failures() {
        Spell made = failures;
        if (made == null) {
            made = new Spell(engine.steps().where());
            failures = made;
        }
        return made;
    }

    /** Asks again in another session, since the one that was asked in has ended. */
    private void restart(Session over) {
        watchPatience();
        boolean tooMany;
        lock.lock();
        try {
            asking = false;
            if (session == over) {
                leaveSession();
            }
            tooMany = !waits() && sessionsTried >= SESSIONS_PER_SINGLE_ASK;
            if (!tooMany && !settled) {
                // After a pause: a backend that ends each session at once must not make us run in circles.
                askAfter(backoff.next());
            }
        } finally {
            lock.unlock();
        }
        if (tooMany) {
            settle(
                    null,
                    () -> result.completeExceptionally(
                            new SessionLostException("the session of member " + engine.member()
                                    + " ended again and again while it asked for " + wanted.key() + "; try again")));
        }
    }

    private void askAfter(Duration pause) {
        cancel(nextAsk);
        nextAsk = engine.time().schedule(pause, this::ask);
    }

    private void leaveSession() {
        leaveQueue();
        session = null;
        id = null;
    }

    private void leaveQueue() {
        if (session != null && id != null && waits()) {
            requests.remove(id);
            session.forget(id);
        }
    }

    @Override
    public void sessionEnded(Session over, Loss loss) {
        lock.lock();
        try {
            if (session != over || settled) {
                return;
            }
            leaveSession();
            if (!asking) {
                // Not from here: others that hung on the session have yet to be told.
                askAfter(Duration.ZERO);
            }
        } finally {
            lock.unlock();
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
        settle(null, () -> {
            // Before the caller knows: or its next request could find the name taken by this one.
            abandon();
            if (outcome == null) {
                result.complete(Optional.empty());
            } else {
                result.completeExceptionally(outcome);
            }
        });
    }

    /** Gives up for another reason: interrupted, cancelled, closed. A grant that was given just now is returned. */
    void giveUp(RuntimeException reason) {
        boolean mine = settle(null, () -> {
            abandon();
            result.completeExceptionally(reason);
        });
        if (!mine) {
            // Settled already, though maybe not completed yet: another thread may be between the two.
            Outcome.ignore(result.thenAccept(claim -> claim.ifPresent(HeldClaim::letGo)));
        }
    }

    private boolean settle(@Nullable ClaimId keeps, Runnable completion) {
        lock.lock();
        try {
            if (settled) {
                return false;
            }
            settled = true;
            kept = keeps;
            cancel(nextAsk);
            cancel(patience);
            leaveQueue();
        } finally {
            lock.unlock();
        }
        requests.settled(this);
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
        release(in, left);
        if (onItsWay && !in.isEnded()) {
            // A request can sit in a broken connection and arrive after its release did.
            engine.time().schedule(in.ttl(), () -> release(in, left));
        }
    }

    /** A reply that comes when it is no longer awaited; if nobody asks again, what it grants is nobody's. */
    private void tooLate(Session in, ClaimId asked, ClaimReply reply) {
        boolean nobodys;
        lock.lock();
        try {
            nobodys = settled && !asked.equals(kept);
        } finally {
            lock.unlock();
        }
        if (nobodys && (reply instanceof ClaimReply.Granted || reply instanceof ClaimReply.Waiting)) {
            release(in, asked);
        }
    }

    private void release(Session in, ClaimId left) {
        engine.steps()
                .untilConfirmed(
                        "release " + wanted.key(),
                        in::isEnded,
                        () -> engine.driver().release(left));
    }

    private static void cancel(TimeSource.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
