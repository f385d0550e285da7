package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Durations;
import dev.conclave.spi.Driver;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a driver's steps: bounds each in time, and repeats those that must get through. Thread-safe. */
final class Steps {
    private static final Logger log = LoggerFactory.getLogger(Steps.class);

    private final Driver driver;
    private final TimeSource time;
    private final Duration callTimeout;
    private final Duration ttl;
    private final String where;
    private volatile boolean closed;

    /** @param where names the backend and the member in messages */
    Steps(Driver driver, TimeSource time, Duration callTimeout, Duration ttl, String where) {
        this.driver = driver;
        this.time = time;
        this.callTimeout = callTimeout;
        this.ttl = ttl;
        this.where = where;
    }

    Driver driver() {
        return driver;
    }

    Duration callTimeout() {
        return callTimeout;
    }

    /** Names the backend and the member, for messages. */
    String where() {
        return where;
    }

    /** Begins a step; one that throws fails its future like any other. */
    static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Begins a step and waits for it no longer than one call may take. */
    <T> CompletableFuture<T> call(String what, Supplier<CompletableFuture<T>> step) {
        return bounded(what, begin(step));
    }

    /** The outcome of a step, or a failure once it has taken longer than one call may. */
    <T> CompletableFuture<T> bounded(String what, CompletableFuture<T> step) {
        if (step.isDone()) {
            return step;
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        TimeSource.Timer timer = time.schedule(callTimeout, () -> result.completeExceptionally(unanswered(what)));
        step.whenComplete((value, failure) -> {
            timer.cancel();
            if (failure == null) {
                result.complete(value);
            } else {
                result.completeExceptionally(Failures.of(failure));
            }
        });
        return result;
    }

    private BackendUnavailableException unanswered(String what) {
        return new BackendUnavailableException(
                where + " did not answer within " + Durations.format(callTimeout) + " to: " + what, null);
    }

    /**
     * Repeats an idempotent step until the backend confirms it. Meant for giving back what nobody can
     * use any more; it stops when the coordinator is closed, as the session is ended then.
     */
    void untilConfirmed(String what, Supplier<? extends CompletableFuture<?>> step) {
        attempt(what, step, new Backoff(ttl, what.hashCode()));
    }

    private void attempt(String what, Supplier<? extends CompletableFuture<?>> step, Backoff backoff) {
        if (closed) {
            return;
        }
        call(what, () -> step.get().thenApply(ignored -> true)).whenComplete((done, failure) -> {
            if (failure == null) {
                return;
            }
            if (Failures.isTransient(Failures.of(failure))) {
                time.schedule(backoff.next(), () -> attempt(what, step, backoff));
            } else if (!closed) {
                log.warn("{}: gave up to {}", where, what, failure);
            }
        });
    }

    /** Stops repeating. */
    void close() {
        closed = true;
    }
}
