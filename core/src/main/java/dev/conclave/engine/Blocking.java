package dev.conclave.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The thin blocking layer over the asynchronous engine. */
final class Blocking {
    private Blocking() {}

    /** Waits for the outcome; {@code onInterrupt} gives the operation up. Meanwhile the driver may use the thread. */
    static <T> T await(Steps steps, CompletableFuture<T> future, Runnable onInterrupt) throws InterruptedException {
        steps.lend(future);
        try {
            return future.get();
        } catch (InterruptedException e) {
            onInterrupt.run();
            throw e;
        } catch (ExecutionException e) {
            throw Failures.of(e);
        }
    }

    static <T> T await(Steps steps, CompletableFuture<T> future) throws InterruptedException {
        return await(steps, future, () -> {});
    }

    /**
     * Waits although interrupted, for a future that is bounded in time; the interrupt flag is kept. Should
     * nobody let the engine's time pass, as can happen in a test, real time ends the wait.
     */
    static <T> T awaitUninterruptibly(Steps steps, CompletableFuture<T> future, Duration bound, T otherwise) {
        steps.lend(future);
        boolean interrupted = false;
        long end = SystemTime.realNanos() + Nanos.of(bound);
        try {
            while (true) {
                try {
                    return future.get(end - SystemTime.realNanos(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return otherwise;
                } catch (ExecutionException e) {
                    throw Failures.of(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As above, where the outcome does not matter. */
    static void awaitUninterruptibly(Steps steps, CompletableFuture<?> future, Duration bound) {
        awaitUninterruptibly(steps, future.thenApply(outcome -> true), bound, false);
    }

    /** As the conventions of blocking methods have it: an interrupt that came before is answered at once. */
    static void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
