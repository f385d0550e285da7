package dev.conclave.kit;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * A thread of an application that does one thing, such as waiting for a lock, while the scenario goes on.
 *
 * @param <T> what comes of it
 */
public final class UserThread<T> {
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final Thread thread;

    private UserThread(Callable<T> work) {
        thread = new Thread(
                () -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                "kit-user");
        thread.setDaemon(true);
    }

    /** Starts the thread. */
    public static <T> UserThread<T> doing(Callable<T> work) {
        UserThread<T> user = new UserThread<>(work);
        user.thread.start();
        return user;
    }

    /** Interrupts it. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Whether it has come to an end. */
    public boolean isDone() {
        return result.isDone();
    }

    /** Waits for what came of it; its exception is thrown as it is. */
    public T result() throws Exception {
        return Await.result("a user's thread", result);
    }
}
