package dev.conclave.engine;

import dev.conclave.spi.Driver;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lends the thread of a blocking call to the driver, see {@link Driver#lend}. */
final class Lending {
    private static final Logger log = LoggerFactory.getLogger(Lending.class);
    private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

    private Lending() {}

    /** Once, before the caller blocks; whatever the driver does with it, the caller goes on to wait. */
    static void lend(Driver driver, CompletableFuture<?> awaited) {
        // An interrupt closes the socket that a virtual thread reads from, and parking one costs little.
        if (awaited.isDone() || isVirtual(Thread.currentThread())) {
            return;
        }
        try {
            driver.lend(awaited::isDone);
        } catch (RuntimeException | Error e) {
            // Thrown on, it would leave what is asked for with nobody: a grant, say.
            log.error("the driver threw while a thread was lent to it", e);
        }
    }

    private static boolean isVirtual(Thread thread) {
        if (IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) IS_VIRTUAL.invokeExact(thread);
        } catch (Throwable e) {
            throw new IllegalStateException("Thread.isVirtual() throws nothing", e);
        }
    }

    /** Null before JDK 21, where there are none. */
    private static @Nullable MethodHandle isVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
