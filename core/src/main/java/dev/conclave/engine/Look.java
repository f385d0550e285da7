package dev.conclave.engine;

import dev.conclave.spi.Subject;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps looking at a subject: at once, whenever a signal comes, and as often as the driver advises in
 * case a signal is lost. One look at a time; a signal during a look makes another one follow.
 *
 * @param <R> what a look shows
 */
abstract class Look<R> {
    private static final Logger log = LoggerFactory.getLogger(Look.class);

    final EngineContext engine;
    private final Watches watches;
    private final Subject subject;
    private final Backoff backoff;
    private final Spell failures;
    private final Runnable stop = this::stop;

    private final ReentrantLock lock = new ReentrantLock();
    private boolean looking;
    private boolean lookAgain;
    private boolean stopped;
    private TimeSource.@Nullable Timer next;

    Look(EngineContext engine, Watches watches, Subject subject) {
        this.engine = engine;
        this.watches = watches;
        this.subject = subject;
        this.backoff = engine.backoff();
        this.failures = new Spell(engine.steps().where());
    }

    /** One step of the driver. */
    protected abstract CompletableFuture<R> look();

    /** What it showed. Called for one look at a time, in order, under no lock. */
    protected abstract void seen(R result);

    void start() {
        engine.open().add(stop);
        watches.add(subject, this);
        if (isStopped()) {
            watches.remove(subject, this);
            engine.open().remove(stop);
        } else {
            again();
        }
    }

    void stop() {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            stopped = true;
            if (next != null) {
                next.cancel();
            }
        } finally {
            lock.unlock();
        }
        engine.open().remove(stop);
        watches.remove(subject, this);
        unwatchIfUnused();
    }

    private void unwatchIfUnused() {
        if (!watches.isUnused(subject)) {
            return;
        }
        try {
            engine.driver().unwatch(subject);
        } catch (RuntimeException e) {
            log.debug("{}: cannot unwatch {}", engine.steps().where(), subject, e);
        }
        // Whoever began to look meanwhile has lost its watch to this.
        watches.changed(subject);
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Looks now, or again right after the present look. */
    final void again() {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            if (looking) {
                lookAgain = true;
                return;
            }
            looking = true;
            lookAgain = false;
            if (next != null) {
                next.cancel();
                next = null;
            }
        } finally {
            lock.unlock();
        }
        watchFirst();
    }

    /**
     * First asks for signals, then looks: the other way round, a change between the two would be missed.
     * Each time anew, as a driver cannot tell us of a watch that broke, and one that stands costs nothing.
     */
    private void watchFirst() {
        Outcome.of(engine.steps().call("watch " + subject, () -> engine.driver().watch(subject)), (every, failure) -> {
            if (failure == null) {
                lookOnce(every);
            } else {
                failed(Failures.of(failure));
            }
        });
    }

    private void lookOnce(Duration interval) {
        Outcome.of(engine.steps().call("look at " + subject, this::look), (result, failure) -> {
            if (failure != null) {
                failed(Failures.of(failure));
                return;
            }
            try {
                if (!isStopped()) {
                    seen(result);
                }
            } catch (RuntimeException | Error e) {
                // Else nobody would look at it any more.
                log.error("{}: cannot make sense of {}", engine.steps().where(), subject, e);
            }
            failures.succeeded();
            backoff.reset();
            done(backoff.spread(interval));
        });
    }

    private void failed(RuntimeException failure) {
        failures.failed("look at " + subject, failure);
        lock.lock();
        try {
            // A signal is no reason to hurry while the backend fails.
            lookAgain = false;
        } finally {
            lock.unlock();
        }
        done(backoff.next());
    }

    private void done(Duration pause) {
        boolean over;
        lock.lock();
        try {
            looking = false;
            over = stopped;
            if (!stopped) {
                // By a timer even if at once: a driver that answers on this thread, and signals as it does,
                // would have us call ourselves without end.
                next = engine.time().schedule(lookAgain ? Duration.ZERO : pause, this::again);
            }
        } finally {
            lock.unlock();
        }
        if (over) {
            // This look may have watched after stop() had unwatched.
            unwatchIfUnused();
        }
    }
}
