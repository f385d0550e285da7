package dev.conclave.engine;

import dev.conclave.Durations;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session alive: the one heartbeat, and the one place where liveness is decided. When a
 * session ends, the next one is opened as soon as somebody needs it.
 */
final class SessionKeeper {
    private static final Logger log = LoggerFactory.getLogger(SessionKeeper.class);
    private static final int RENEWALS_PER_TTL = 3;
    private static final int RETRIES_PER_TTL = 10;
    private static final int RETRIES_PER_TTL_AFTER_FAILURE = 30;
    private static final int ENDED_REMEMBERED = 32;

    private final EngineContext engine;
    private final Supplier<String> incarnations;
    private final SessionEndings endings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<String> endedIncarnations = new ArrayDeque<>();
    private volatile @Nullable Heartbeat current;
    private @Nullable CompletableFuture<Session> opening;
    private boolean closed;

    SessionKeeper(EngineContext engine, Supplier<String> incarnations) {
        this.engine = engine;
        this.incarnations = incarnations;
        this.endings = new SessionEndings(engine);
    }

    /** The live session; opened now if there is none. One attempt: whoever needs it more tries again. */
    CompletableFuture<Session> session() {
        Heartbeat heartbeat = current;
        if (heartbeat != null && heartbeat.session.isValid()) {
            return heartbeat.found;
        }
        if (heartbeat != null) {
            // The deadline has passed, though its timer has not run yet.
            heartbeat.expireIfDue();
        }
        CompletableFuture<Session> attempt;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(engine.steps().closedFailure());
            }
            heartbeat = current;
            if (heartbeat != null && !heartbeat.session.isEnded()) {
                return heartbeat.found;
            }
            if (opening != null) {
                return opening;
            }
            attempt = new CompletableFuture<>();
            opening = attempt;
        } finally {
            lock.unlock();
        }
        open(attempt);
        return attempt;
    }

    /** The live session, if there is one that is valid now; what most calls find, at no cost. */
    @Nullable
    Session liveSession() {
        Heartbeat heartbeat = current;
        return heartbeat != null && heartbeat.session.isValid() ? heartbeat.session : null;
    }

    /** The session that has not ended, if there is one. */
    @Nullable
    Session currentSession() {
        Heartbeat heartbeat = current;
        return heartbeat == null || heartbeat.session.isEnded() ? null : heartbeat.session;
    }

    private void open(CompletableFuture<Session> attempt) {
        SessionId id = new SessionId(engine.member(), incarnations.get());
        long sent = engine.time().nanoTime();
        Outcome.of(
                engine.steps().call("open a session", () -> engine.driver().openSession(id, engine.ttl())),
                (ttl, failure) -> {
                    if (failure == null) {
                        opened(attempt, new Session(id, ttl, sent, engine.time()), sent);
                    } else {
                        // It may have been opened all the same, or be opened later: nobody shall find it.
                        endings.endDoubtful(id);
                        failed(attempt, Failures.of(failure));
                    }
                });
    }

    private void opened(CompletableFuture<Session> attempt, Session session, long sent) {
        Heartbeat heartbeat = new Heartbeat(session);
        boolean unwanted;
        lock.lock();
        try {
            unwanted = closed;
            opening = null;
            if (!unwanted) {
                current = heartbeat;
            }
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            Outcome.of(
                    engine.steps().call("end session", () -> engine.driver().endSession(session.id())),
                    (done, failure) ->
                            attempt.completeExceptionally(engine.steps().closedFailure()));
            return;
        }
        heartbeat.start(sent);
        attempt.complete(session);
    }

    private void failed(CompletableFuture<Session> attempt, RuntimeException failure) {
        lock.lock();
        try {
            opening = null;
        } finally {
            lock.unlock();
        }
        attempt.completeExceptionally(failure);
    }

    /** Whether this incarnation was a session of ours that has ended. */
    boolean wasOurs(String incarnation) {
        lock.lock();
        try {
            return endedIncarnations.contains(incarnation);
        } finally {
            lock.unlock();
        }
    }

    /** Something of the session may have been taken away: find out now. */
    void suspect(SessionId id) {
        Heartbeat heartbeat = current;
        if (heartbeat != null && heartbeat.session.id().equals(id)) {
            heartbeat.renew();
        }
    }

    /** A step was told that the session does not exist. */
    void unknownToBackend(Session session) {
        // After the deadline nobody can have been expected to know it; what was seen as expired does not become
        // forgotten.
        Loss loss = session.isValid()
                ? new Loss(
                        LossReason.FORGOTTEN,
                        engine.steps().where() + " no longer knows the session "
                                + session.id().incarnation() + " of member " + engine.member())
                : expired(session);
        end(session, loss);
    }

    private void end(Session session, Loss loss) {
        lock.lock();
        try {
            if (session.isEnded()) {
                return;
            }
            endedIncarnations.addLast(session.id().incarnation());
            if (endedIncarnations.size() > ENDED_REMEMBERED) {
                endedIncarnations.removeFirst();
            }
        } finally {
            lock.unlock();
        }
        Heartbeat heartbeat = current;
        if (heartbeat != null && heartbeat.session == session) {
            heartbeat.stop();
        }
        if (session.end(loss)) {
            log.warn("{}", loss.explanation());
            // The backend may still have it.
            endings.endGivenUp(session.id());
        }
    }

    /** Ends the session and opens no more. Completes when the backend has confirmed, or could not in time. */
    CompletableFuture<Void> close() {
        Heartbeat heartbeat;
        CompletableFuture<Session> underWay;
        lock.lock();
        try {
            closed = true;
            heartbeat = current;
            underWay = opening;
        } finally {
            lock.unlock();
        }
        // A session that is being opened is ended as soon as it is there.
        CompletableFuture<Void> unopened = underWay == null
                ? CompletableFuture.completedFuture(null)
                : underWay.handle((session, failure) -> null);
        return unopened.thenCombine(endCurrent(heartbeat), (one, other) -> null);
    }

    private CompletableFuture<Void> endCurrent(@Nullable Heartbeat heartbeat) {
        if (heartbeat == null) {
            return CompletableFuture.completedFuture(null);
        }
        heartbeat.stop();
        Session session = heartbeat.session;
        // What has been seen as lost does not become released.
        Loss loss = session.isValid()
                ? new Loss(LossReason.RELEASED, "the coordinator of member " + engine.member() + " was closed")
                : expired(session);
        if (!session.end(loss)) {
            return CompletableFuture.completedFuture(null);
        }
        return engine.steps()
                .call("end session", () -> engine.driver().endSession(session.id()))
                .exceptionally(failure -> {
                    log.info(
                            "{}: session {} could not be ended and will expire",
                            engine.steps().where(),
                            session.id().incarnation());
                    return null;
                });
    }

    private Loss expired(Session session) {
        return new Loss(
                LossReason.EXPIRED,
                "no renewal of the session of member " + engine.member() + " was confirmed for "
                        + Durations.format(session.ttl()) + ": the process was paused, or cut off from "
                        + engine.steps().where());
    }

    /** The renewals and the deadline of one session. */
    private final class Heartbeat {
        final Session session;
        final CompletableFuture<Session> found;
        private final ReentrantLock timers = new ReentrantLock();
        private TimeSource.@Nullable Timer nextRenewal;
        private long renewalDue;
        private TimeSource.@Nullable Timer deadline;
        private boolean stopped;

        Heartbeat(Session session) {
            this.session = session;
            this.found = CompletableFuture.completedFuture(session);
        }

        /** @param sent when the opening was sent, which counts as a renewal does */
        void start(long sent) {
            renewNextAfter(sent);
            guardDeadline();
        }

        private void renewNextAfter(long confirmed) {
            long elapsed = engine.time().nanoTime() - confirmed;
            renewAfter(session.ttl().dividedBy(RENEWALS_PER_TTL).minusNanos(elapsed));
        }

        void stop() {
            timers.lock();
            try {
                stopped = true;
                cancel(nextRenewal);
                cancel(deadline);
            } finally {
                timers.unlock();
            }
        }

        private void cancel(TimeSource.@Nullable Timer timer) {
            if (timer != null) {
                timer.cancel();
            }
        }

        private void renewAfter(Duration pause) {
            timers.lock();
            try {
                cancel(nextRenewal);
                if (!stopped) {
                    renewalDue = engine.time().nanoTime() + pause.toNanos();
                    nextRenewal = engine.time().schedule(pause, this::renew);
                }
            } finally {
                timers.unlock();
            }
        }

        private void renewWithin(Duration pause) {
            timers.lock();
            try {
                if (renewalDue - engine.time().nanoTime() > pause.toNanos()) {
                    renewAfter(pause);
                }
            } finally {
                timers.unlock();
            }
        }

        private void guardDeadline() {
            timers.lock();
            try {
                if (!stopped) {
                    deadline = engine.time().schedule(Duration.ofNanos(session.remainingNanos()), () -> {
                        if (!expireIfDue()) {
                            guardDeadline();
                        }
                    });
                }
            } finally {
                timers.unlock();
            }
        }

        boolean expireIfDue() {
            if (session.isValid()) {
                return false;
            }
            end(session, expired(session));
            return true;
        }

        /**
         * Sends a renewal. While none is answered, another is sent each tenth of the time-to-live without
         * waiting for the last: a connection that swallows one must not swallow the session. One that has failed is
         * followed sooner: the last that can come in time may have gone down with a connection that another request gave up.
         */
        void renew() {
            if (session.isEnded()) {
                return;
            }
            renewAfter(session.ttl().dividedBy(RETRIES_PER_TTL));
            long sent = engine.time().nanoTime();
            CompletableFuture<Renewal> step =
                    Steps.begin(() -> engine.driver().renew(session.id(), session.claims(), session.enrolments()));
            // The raw step, not the bounded one: a reply that comes late still counts from when it was sent.
            Outcome.of(step, (renewal, failure) -> {
                if (failure == null) {
                    answered(sent, renewal);
                } else if (session.renewalFailed(sent)) {
                    renewWithin(session.ttl().dividedBy(RETRIES_PER_TTL_AFTER_FAILURE));
                }
            });
            Outcome.of(engine.steps().bounded(() -> "renew the session", step), (renewal, failure) -> {
                if (failure != null) {
                    session.renewalFailed(sent);
                    log.debug("{}: a renewal failed", engine.steps().where(), failure);
                }
            });
        }

        private void answered(long sent, Renewal renewal) {
            if (renewal instanceof Renewal.Renewed renewed) {
                if (session.confirmed(sent)) {
                    renewNextAfter(sent);
                } else {
                    expireIfDue();
                }
                renewed.missingClaims().forEach(id -> {
                    HeldClaim claim = session.claim(id);
                    if (claim != null) {
                        claim.missing();
                    }
                });
                renewed.missingEnrolments().forEach(id -> {
                    LiveMembership membership = session.membership(id);
                    if (membership != null) {
                        membership.missing(session, id);
                    }
                });
            } else {
                unknownToBackend(session);
            }
        }
    }
}
