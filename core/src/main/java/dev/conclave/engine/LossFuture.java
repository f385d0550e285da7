package dev.conclave.engine;

import dev.conclave.Loss;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The future that tells of a loss, one for all who ask: a copy for each would stay hung on the original
 * until the end, and a holder may look at it every moment for weeks. So nobody but the engine can
 * complete it; what completes a future by other means works on a copy.
 */
final class LossFuture extends CompletableFuture<Loss> {
    void tell(Loss loss) {
        super.complete(loss);
    }

    @Override
    public boolean complete(Loss value) {
        return false;
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return false;
    }

    @Override
    public void obtrudeValue(Loss value) {
        throw new UnsupportedOperationException("a loss cannot be made up");
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw new UnsupportedOperationException("a loss cannot be made up");
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<Loss> completeAsync(Supplier<? extends Loss> supplier, Executor executor) {
        return copy().completeAsync(supplier, executor);
    }

    @Override
    public CompletableFuture<Loss> completeAsync(Supplier<? extends Loss> supplier) {
        return copy().completeAsync(supplier);
    }

    @Override
    public CompletableFuture<Loss> orTimeout(long timeout, TimeUnit unit) {
        return copy().orTimeout(timeout, unit);
    }

    @Override
    public CompletableFuture<Loss> completeOnTimeout(Loss value, long timeout, TimeUnit unit) {
        return copy().completeOnTimeout(value, timeout, unit);
    }
}
