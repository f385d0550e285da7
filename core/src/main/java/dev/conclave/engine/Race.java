package dev.conclave.engine;

import dev.conclave.Candidacy;
import dev.conclave.ElectionOptions;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import dev.conclave.ReleaseResult;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A candidate: acquires the election's claim, leads until it ends, and races again, until it is closed.
 * At any time it is in one of: racing (an acquisition runs), leading (a claim stands), resting (a timer
 * will race again), closed.
 */
final class Race implements Candidacy {
    private static final Logger log = LoggerFactory.getLogger(Race.class);

    private final EngineContext engine;
    private final Acquisitions acquisitions;
    private final ClaimKey key;
    private final LeaderListener listener;
    private final Acquisition.Wanted wanted;
    private final Callbacks.Serial queue;
    private final Runnable stop = this::stopped;
    private final List<CompletableFuture<Optional<Leadership>>> awaiting = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private @Nullable Acquisition racing;
    private @Nullable HeldClaim leading;
    private TimeSource.@Nullable Timer resting;
    private long rests;
    private Duration coolDown = Duration.ZERO;

    Race(
            EngineContext engine,
            Acquisitions acquisitions,
            ClaimKey key,
            LeaderListener listener,
            ElectionOptions options) {
        this.engine = engine;
        this.acquisitions = acquisitions;
        this.key = key;
        this.listener = listener;
        this.wanted = new Acquisition.Wanted(key, false, options.payload(), HeldClaim.Limit.NONE, HeldClaim.Limit.NONE);
        this.queue = engine.callbacks().serial("the listener of " + key);
    }

    void start() {
        engine.open().add(stop);
        race(0);
    }

    /** @param rest after which rest; a timer that had begun when it was replaced comes too early */
    private void race(long rest) {
        Acquisition acquisition;
        lock.lock();
        try {
            if (rest != rests || closed || racing != null || leading != null) {
                return;
            }
            acquisition = acquisitions.of(wanted, Nanos.FOREVER);
            racing = acquisition;
            resting = null;
        } finally {
            lock.unlock();
        }
        Outcome.of(acquisition.start(), (claim, failure) -> {
            if (failure != null) {
                raceEnded(acquisition, Failures.of(failure));
            } else {
                claim.ifPresent(won -> won(acquisition, won));
            }
        });
    }

    private void raceEnded(Acquisition acquisition, RuntimeException failure) {
        boolean again;
        lock.lock();
        try {
            again = racing == acquisition && !closed;
            if (racing == acquisition) {
                racing = null;
            }
        } finally {
            lock.unlock();
        }
        if (again) {
            log.error(
                    "{}: the race for {} met an error; racing again in {}",
                    engine.steps().where(),
                    key,
                    engine.ttl(),
                    failure);
            rest(engine.ttl());
        }
    }

    private void won(Acquisition acquisition, HeldClaim claim) {
        LeadershipHandle leadership = new LeadershipHandle(engine, claim);
        boolean unwanted;
        lock.lock();
        try {
            unwanted = closed || racing != acquisition;
            if (!unwanted) {
                racing = null;
                leading = claim;
            }
        } finally {
            lock.unlock();
        }
        if (unwanted) {
            claim.letGo();
            return;
        }
        Term term = new Term(claim, leadership);
        tellAwaiting(Optional.of(leadership));
        queue.add(term::granted);
        // In this order, so that the end of the term is queued behind its beginning however soon it comes.
        claim.onEnd(loss -> ended(claim, term, loss));
        queue.kick();
    }

    private void tellAwaiting(Optional<Leadership> outcome) {
        awaiting.forEach(each -> each.complete(outcome));
    }

    private void ended(HeldClaim claim, Term term, Loss loss) {
        lock.lock();
        try {
            if (leading == claim) {
                leading = null;
            }
            // Queued at once, or the next term could come before it.
            queue.add(() -> {
                // The listener is promised that lost() tells first.
                claim.tellLost(loss);
                term.revoked(loss);
            });
            Duration pause = coolDown;
            coolDown = Duration.ZERO;
            scheduleRace(pause);
        } finally {
            lock.unlock();
        }
        // Last: a listener that resigns as it is told has the last word on how long this candidate rests.
        queue.kick();
    }

    /** Stays out of the race for a while. */
    private void rest(Duration pause) {
        lock.lock();
        try {
            scheduleRace(pause);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void scheduleRace(Duration pause) {
        if (closed || racing != null || leading != null) {
            return;
        }
        if (resting != null) {
            resting.cancel();
        }
        long rest = ++rests;
        resting = engine.time().schedule(pause, () -> race(rest));
    }

    @Override
    public String election() {
        return key.name();
    }

    @Override
    public Optional<Leadership> leadership() {
        HeldClaim claim;
        lock.lock();
        try {
            claim = leading;
        } finally {
            lock.unlock();
        }
        return claim != null && claim.isValid() ? Optional.of(new LeadershipHandle(engine, claim)) : Optional.empty();
    }

    @Override
    public Optional<Leadership> await(Duration patience) throws InterruptedException {
        Blocking.checkInterrupt();
        Optional<Leadership> now = leadership();
        if (now.isPresent() || patience.isNegative() || patience.isZero()) {
            return now;
        }
        CompletableFuture<Optional<Leadership>> win = new CompletableFuture<>();
        awaiting.add(win);
        TimeSource.Timer timer = engine.time().schedule(patience, () -> win.complete(Optional.empty()));
        try {
            // Once more: it may have been won, or closed, just before we were in the set.
            Optional<Leadership> meanwhile = leadership();
            return meanwhile.isPresent() || isClosed() ? meanwhile : Blocking.await(engine.steps(), win);
        } finally {
            timer.cancel();
            awaiting.removeIf(each -> each == win);
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<ReleaseResult> resign(Duration pause) {
        return resign(null, pause);
    }

    /** @param only the term to give up, if it still is the present one; any if null */
    private CompletableFuture<ReleaseResult> resign(@Nullable HeldClaim only, Duration pause) {
        Acquisition given = null;
        HeldClaim claim;
        lock.lock();
        try {
            claim = leading;
            if (only != null && claim != only) {
                return CompletableFuture.completedFuture(ReleaseResult.ALREADY_LOST);
            }
            coolDown = claim == null ? Duration.ZERO : pause;
            if (claim == null) {
                given = racing;
                racing = null;
            }
        } finally {
            lock.unlock();
        }
        if (claim != null) {
            return Publishing.publish(claim.release(), engine.callbacks());
        }
        if (given != null) {
            given.giveUp(new CancellationException("resigned"));
        }
        rest(pause);
        return CompletableFuture.completedFuture(ReleaseResult.ALREADY_LOST);
    }

    /** The coordinator is closed: its session's end gives up what this candidate has, and tells the listener. */
    private void stopped() {
        lock.lock();
        try {
            closed = true;
            if (resting != null) {
                resting.cancel();
            }
        } finally {
            lock.unlock();
        }
        tellAwaiting(Optional.empty());
    }

    @Override
    public void close() {
        Blocking.awaitUninterruptibly(engine.steps(), left(), engine.steps().patienceForOne());
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return Publishing.publish(left(), engine.callbacks());
    }

    private CompletableFuture<Void> left() {
        Acquisition given;
        HeldClaim claim;
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.completedFuture(null);
            }
            closed = true;
            given = racing;
            racing = null;
            claim = leading;
        } finally {
            lock.unlock();
        }
        engine.open().remove(stop);
        stopped();
        if (given != null) {
            given.giveUp(new CancellationException("the candidacy was closed"));
        }
        return claim == null
                ? CompletableFuture.completedFuture(null)
                : claim.release().thenAccept(result -> {});
    }

    /** One term as the listener sees it: both its ends, or neither. Runs in the listener's queue only. */
    private final class Term {
        private final HeldClaim claim;
        private final LeadershipHandle leadership;
        private boolean told;

        Term(HeldClaim claim, LeadershipHandle leadership) {
            this.claim = claim;
            this.leadership = leadership;
        }

        void granted() {
            if (!leadership.isValid()) {
                // It was over before it could be told; "granted" now would be a lie.
                return;
            }
            told = true;
            try {
                listener.granted(leadership);
            } catch (RuntimeException | Error e) {
                log.error("the listener of {} threw when granted; giving the leadership up", key, e);
                Outcome.ignore(resign(claim, engine.ttl().dividedBy(3)));
            }
        }

        void revoked(Loss loss) {
            if (told) {
                listener.revoked(leadership, loss);
            }
        }
    }
}
