package dev.conclave.etcd;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Short words for futures. */
final class Later {
    private Later() {}

    static <T> CompletableFuture<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    static <T> CompletableFuture<T> failed(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
