package dev.conclave.engine;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows futures to their end. What a handler itself throws is logged: it would vanish in a future that nobody has. */
final class Outcome {
    private static final Logger log = LoggerFactory.getLogger(Outcome.class);

    private Outcome() {}

    /** Calls {@code then} with the value or the failure, now or when it comes. */
    @SuppressWarnings("FutureReturnValueIgnored")
    static <T> void of(CompletableFuture<T> future, BiConsumer<? super T, ? super Throwable> then) {
        future.whenComplete((value, failure) -> {
            try {
                then.accept(value, failure);
            } catch (RuntimeException | Error e) {
                log.error("the engine could not follow an answer", e);
            }
        });
    }

    /** Lets a future go whose outcome tells nothing new: whatever it does to repair a failure, it does by itself. */
    static void ignore(CompletableFuture<?> future) {
        of(future, (value, failure) -> {});
    }
}
