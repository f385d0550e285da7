package dev.conclave.table;

import dev.conclave.ConclaveException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A step that is to be done, or is done and to be told. */
final class Task<T> {
    private final Function<Table, T> step;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable Throwable failure;

    Task(Function<Table, T> step) {
        this.step = step;
    }

    CompletableFuture<T> future() {
        return future;
    }

    /** Does the step, unless nobody waits for it any more. Under the mutex. */
    void attempt(Table table) {
        if (future.isDone()) {
            return;
        }
        try {
            result = step.apply(table);
            table.commit();
        } catch (Throwable e) { // also an error: what was half done must be undone before the mutex is free
            failure = e;
            table.abandon();
        }
    }

    void fail(Throwable reason) {
        failure = reason;
    }

    /** Tells what came of it. Not under the mutex. */
    @SuppressWarnings("NullAway") // a step that succeeds has a result; that of a Void one is null
    void tell(Function<Throwable, ConclaveException> explain) {
        if (failure != null) {
            future.completeExceptionally(explain.apply(failure));
        } else {
            future.complete(result);
        }
    }
}
