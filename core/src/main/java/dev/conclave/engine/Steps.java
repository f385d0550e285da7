package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Durations;
import dev.conclave.spi.Driver;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a driver's steps: bounds each in time, and repeats those that must get through. Thread-safe. */
final class Steps {
    private static final Logger log = LoggerFactory.getLogger(Steps.class);

    private final Driver driver;
    private final TimeSource time;
    private final Duration callTimeout;
    private final Duration patienceForOne;
    private final CallTimeouts timeouts;
    private final Duration ttl;
    private final String where;
    private final AtomicLong seeds;
    private volatile boolean closed;

    /**
     * @param where names the backend and the member in messages
     * @param seed of the jitter in pauses
     */
    Steps(Driver driver, TimeSource time, Duration callTimeout, Duration ttl, String where, long seed) {
        this.driver = driver;
        this.time = time;
        this.callTimeout = callTimeout;
        this.patienceForOne = callTimeout.multipliedBy(2);
        this.timeouts = new CallTimeouts(time, callTimeout);
        this.ttl = ttl;
        this.where = where;
        this.seeds = new AtomicLong(seed);
    }

    Driver driver() {
        return driver;
    }

    /** Longer in real time than any one answer is waited for in the engine's. */
    Duration patienceForOne() {
        return patienceForOne;
    }

    Duration callTimeout() {
        return callTimeout;
    }

    /** Names the backend and the member, for messages. */
    String where() {
        return where;
    }

    /** Pauses with a jitter of their own, so that not even two waits of one member move in step. */
    Backoff backoff() {
        return new Backoff(ttl, seeds.getAndIncrement());
    }

    /** Lets the driver use the calling thread, which is about to block for this. */
    void lend(CompletableFuture<?> awaited) {
        Lending.lend(driver, awaited);
    }

    /** Begins a step; one that throws, be it for a class that is missing, fails its future like any other. */
    static <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> step) {
        try {
            return step.get();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Begins a step and waits for it no longer than one call may take. */
    <T> CompletableFuture<T> call(String what, Supplier<CompletableFuture<T>> step) {
        return closed ? CompletableFuture.failedFuture(closedFailure()) : bounded(() -> what, begin(step));
    }

    /** The outcome of a step, or a failure once it has taken longer than one call may. */
    <T> CompletableFuture<T> bounded(Supplier<String> what, CompletableFuture<T> step) {
        return bounded(what, step, late -> {});
    }

    /**
     * As {@link #bounded(Supplier, CompletableFuture)}.
     *
     * @param what made only when it is needed
     * @param late gets an answer that comes after that failure
     */
    <T> CompletableFuture<T> bounded(Supplier<String> what, CompletableFuture<T> step, Consumer<T> late) {
        return step.isDone() ? step : timeouts.bounded(step, () -> unanswered(what.get()), late);
    }

    private BackendUnavailableException unanswered(String what) {
        return new BackendUnavailableException(
                where + " did not answer within " + Durations.format(callTimeout) + " to: " + what, null);
    }

    /** What every operation on a coordinator that is closed fails with. */
    IllegalStateException closedFailure() {
        return Failures.closed("the coordinator of " + where + " is closed");
    }

    /**
     * Repeats an idempotent step until the backend confirms it. Meant for giving back what nobody can
     * use any more; it stops when the coordinator is closed, as the session is ended then.
     *
     * @param pointless whether there is nothing left to give back; without it, repetitions would pile up
     *     while a backend stays away
     */
    void untilConfirmed(String what, BooleanSupplier pointless, Supplier<? extends CompletableFuture<?>> step) {
        Outcome.ignore(repeated(what, pointless, step));
    }

    /** As above; completes when the step is confirmed, or will not be tried any more. */
    CompletableFuture<Boolean> repeated(
            String what, BooleanSupplier pointless, Supplier<? extends CompletableFuture<?>> step) {
        CompletableFuture<Boolean> confirmed = new CompletableFuture<>();
        attempt(what, pointless, step, backoff(), confirmed);
        return confirmed;
    }

    private void attempt(
            String what,
            BooleanSupplier pointless,
            Supplier<? extends CompletableFuture<?>> step,
            Backoff backoff,
            CompletableFuture<Boolean> confirmed) {
        if (closed || pointless.getAsBoolean()) {
            confirmed.complete(false);
            return;
        }
        Outcome.of(call(what, () -> step.get().thenApply(ignored -> true)), (done, failure) -> {
            if (failure == null) {
                confirmed.complete(true);
            } else if (Failures.isTransient(Failures.of(failure))) {
                time.schedule(backoff.next(), () -> attempt(what, pointless, step, backoff, confirmed));
            } else {
                if (!closed) {
                    log.warn("{}: gave up to {}", where, what, failure);
                }
                confirmed.complete(false);
            }
        });
    }

    /** Begins and repeats no more steps. */
    void close() {
        closed = true;
    }
}
