package dev.conclave.cli;

import dev.conclave.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Printing what happens, until a signal comes or nobody reads it any more. */
final class Watching {
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** The listener, so that it ends the watch when nobody reads what it prints. */
    <E> Consumer<E> printing(Consumer<E> listener) {
        return event -> {
            try {
                listener.accept(event);
            } catch (OutputClosedException e) {
                over.completeExceptionally(e);
            }
        };
    }

    /** Waits, and closes the subscription. */
    void untilOver(Subscription subscription) throws InterruptedException {
        try (subscription) {
            over.get();
        } catch (ExecutionException e) {
            throw new OutputClosedException();
        }
    }
}
