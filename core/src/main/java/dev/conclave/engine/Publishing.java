package dev.conclave.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Futures as applications get them: their dependents never run on a driver's I/O thread or our timer thread. */
final class Publishing {
    private Publishing() {}

    /**
     * A copy for the application.
     *
     * @param onCancel what cancelling the copy does
     * @param unwanted what becomes of a value that arrives after the copy was cancelled
     */
    static <T> CompletableFuture<T> publish(
            CompletableFuture<T> inner, Executor callbacks, Consumer<RuntimeException> onCancel, Consumer<T> unwanted) {
        CompletableFuture<T> outer = new CompletableFuture<>();
        if (inner.isDone()) {
            complete(inner, outer, unwanted);
            return outer;
        }
        inner.whenComplete((value, failure) -> callbacks.execute(() -> complete(inner, outer, unwanted)));
        outer.whenComplete((value, failure) -> {
            if (failure instanceof CancellationException cancelled) {
                onCancel.accept(cancelled);
            }
        });
        return outer;
    }

    static <T> CompletableFuture<T> publish(CompletableFuture<T> inner, Executor callbacks) {
        return publish(inner, callbacks, reason -> {}, value -> {});
    }

    private static <T> void complete(CompletableFuture<T> done, CompletableFuture<T> outer, Consumer<T> unwanted) {
        done.whenComplete((value, failure) -> {
            if (failure != null) {
                outer.completeExceptionally(failure instanceof CancellationException ? failure : Failures.of(failure));
            } else if (!outer.complete(value)) {
                unwanted.accept(value);
            }
        });
    }
}
