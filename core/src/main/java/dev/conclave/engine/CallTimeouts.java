package dev.conclave.engine;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the wait for steps that are not answered in time. All have the same time-out, so the oldest is always the next to
 * end, and one timer does for all: it is set for the oldest, and nothing is scheduled or cancelled for a step that is answered.
 * Thread-safe, without a lock.
 */
final class CallTimeouts {
    private final TimeSource time;
    private final Duration timeout;
    private final Queue<Call<?>> calls = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean armed = new AtomicBoolean();

    CallTimeouts(TimeSource time, Duration timeout) {
        this.time = time;
        this.timeout = timeout;
    }

    /**
     * The outcome of a step, or a failure when the time is over.
     *
     * @param failure what it is then
     * @param late gets an answer that comes after that
     */
    <T> CompletableFuture<T> bounded(CompletableFuture<T> step, Supplier<RuntimeException> failure, Consumer<T> late) {
        Call<T> call = new Call<>(this, time.nanoTime() + Nanos.of(timeout), failure, late);
        calls.add(call);
        arm(timeout);
        Outcome.of(step, call);
        return call;
    }

    private void arm(Duration delay) {
        if (!armed.get() && armed.compareAndSet(false, true)) {
            time.schedule(delay, this::expire);
        }
    }

    private void expire() {
        Call<?> oldest = oldest();
        while (oldest != null && oldest.remainingNanos() <= 0) {
            oldest.expire();
            oldest = oldest();
        }
        armed.set(false);
        // Again: one may have come that saw the timer still set.
        oldest = oldest();
        if (oldest != null) {
            arm(Duration.ofNanos(oldest.remainingNanos()));
        }
    }

    private @Nullable Call<?> oldest() {
        forgetAnswered();
        return calls.peek();
    }

    /** Those that are answered, up to the first that is not. */
    private void forgetAnswered() {
        for (Call<?> first = calls.peek(); first != null && first.isDone(); first = calls.peek()) {
            calls.remove(first);
        }
    }

    /** One step that is waited for, as its caller sees it. */
    private static final class Call<T> extends CompletableFuture<T> implements BiConsumer<T, @Nullable Throwable> {
        private final CallTimeouts timeouts;
        private final long deadline;
        private final Supplier<RuntimeException> failure;
        private final Consumer<T> late;

        private Call(CallTimeouts timeouts, long deadline, Supplier<RuntimeException> failure, Consumer<T> late) {
            this.timeouts = timeouts;
            this.deadline = deadline;
            this.failure = failure;
            this.late = late;
        }

        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new CompletableFuture<>();
        }

        long remainingNanos() {
            return deadline - timeouts.time.nanoTime();
        }

        void expire() {
            completeExceptionally(failure.get());
        }

        @Override
        public void accept(T value, @Nullable Throwable thrown) {
            boolean inTime = thrown == null ? complete(value) : completeExceptionally(Failures.of(thrown));
            if (!inTime && thrown == null) {
                late.accept(value);
            }
            timeouts.forgetAnswered();
        }
    }
}
