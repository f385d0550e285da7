package dev.conclave.kit;

import dev.conclave.BackendUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for conditions. Nothing in the kit sleeps and hopes: a wait ends as soon as its condition holds, and its limit is
 * generous, so that a slow machine makes a run longer and not red. A condition that asks the backend, and gets no answer in time, is
 * looked at again.
 */
public final class Await {
    /** The limit of a wait that names none: far beyond what any scenario needs on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private Await() {}

    /** Waits up to {@link #PATIENCE} for the condition. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, PATIENCE, condition);
    }

    /**
     * Waits for the condition.
     *
     * @param what the condition in words, as they follow "waited for"
     * @throws AssertionError if it does not hold within {@code limit}
     */
    public static void until(String what, Duration limit, Callable<Boolean> condition) throws Exception {
        value(what, limit, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /** Waits up to {@link #PATIENCE} for a value to be there. */
    public static <T> T value(String what, Callable<Optional<T>> source) throws Exception {
        return value(what, PATIENCE, source);
    }

    /**
     * Waits for a value to be there.
     *
     * @throws AssertionError if it is not there within {@code limit}
     */
    public static <T> T value(String what, Duration limit, Callable<Optional<T>> source) throws Exception {
        long start = System.nanoTime();
        @Nullable BackendUnavailableException unanswered = null;
        while (true) {
            try {
                Optional<T> value = source.call();
                if (value.isPresent()) {
                    return value.get();
                }
                unanswered = null;
            } catch (BackendUnavailableException e) {
                unanswered = e;
            }
            if (System.nanoTime() - start > limit.toNanos()) {
                throw new AssertionError("waited " + limit.toMillis() + " ms in vain for " + what, unanswered);
            }
            rest();
        }
    }

    /** The answer to a question that may be asked again until it is answered. */
    public static <T> T answer(String what, Callable<T> question) throws Exception {
        return value(what, () -> Optional.of(question.call()));
    }

    /**
     * Waits until much work is done, however long that takes.
     *
     * @param steps how far it is; read by this thread while others work
     * @throws AssertionError if it gets no further for {@link #PATIENCE}
     */
    public static void done(String what, LongSupplier steps, BooleanSupplier done) throws Exception {
        while (!done.getAsBoolean()) {
            long before = steps.getAsLong();
            until(what + ", or more of it", () -> done.getAsBoolean() || steps.getAsLong() != before);
        }
    }

    /** Waits up to {@link #PATIENCE} for the stage's result; its failure is thrown as it is. */
    public static <T> T result(String what, CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("waited " + PATIENCE.toMillis() + " ms in vain for " + what, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * Lets a fault last: returns when {@code duration} has passed. For faults that are defined by their length ("unreachable
     * for 0.6 × the time-to-live"), never for hoping that something has happened meanwhile.
     */
    public static void lasting(Duration duration) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < duration.toNanos()) {
            rest();
        }
    }

    /** Keeps checking for {@code duration} that the condition holds. */
    public static void always(String what, Duration duration, Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (System.nanoTime() - start < duration.toNanos()) {
            if (!condition.call()) {
                long after = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                throw new AssertionError("not so any more after " + after + " ms: " + what);
            }
            rest();
        }
    }

    private static void rest() throws InterruptedException {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
