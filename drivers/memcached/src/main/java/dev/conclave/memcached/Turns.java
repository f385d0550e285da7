package dev.conclave.memcached;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets this coordinator change an item in one step at a time. Its steps would otherwise lose races to each other: of a hundred
 * that compare and set at once, one wins and the others begin afresh.
 */
final class Turns {
    private final ReentrantLock lock = new ReentrantLock();
    /** Those who wait, by item; an item that nobody is at is absent. */
    private final Map<String, Queue<Turn<?>>> queues = new HashMap<>();

    /** Begins the step when those before it have ended. */
    <T> CompletableFuture<T> take(String key, Supplier<CompletableFuture<T>> step) {
        Turn<T> turn = new Turn<>(step);
        lock.lock();
        try {
            Queue<Turn<?>> queue = queues.get(key);
            if (queue != null) {
                queue.add(turn);
                return turn.result;
            }
            queues.put(key, new ArrayDeque<>());
        } finally {
            lock.unlock();
        }
        run(key, turn);
        return turn.result;
    }

    /** In a loop, so that steps which end at once do not call each other without end. */
    private void run(String key, Turn<?> first) {
        Turn<?> turn = first;
        while (turn != null
                && turn.ends(() -> {
                    Turn<?> next = next(key);
                    if (next != null) {
                        run(key, next);
                    }
                })) {
            turn = next(key);
        }
    }

    private @Nullable Turn<?> next(String key) {
        lock.lock();
        try {
            Queue<Turn<?>> queue = queues.get(key);
            Turn<?> next = queue == null ? null : queue.poll();
            if (next == null) {
                queues.remove(key);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private static final class Turn<T> {
        private static final int UNDECIDED = 0;
        private static final int ENDED_AT_ONCE = 1;
        private static final int GOES_ON = 2;

        final CompletableFuture<T> result = new CompletableFuture<>();
        private final Supplier<CompletableFuture<T>> step;
        private final AtomicInteger course = new AtomicInteger(UNDECIDED);

        Turn(Supplier<CompletableFuture<T>> step) {
            this.step = step;
        }

        /** Begins. Returns whether it has ended already; otherwise {@code later} is run when it does. */
        @SuppressWarnings("FutureReturnValueIgnored") // the outcome goes to the result
        boolean ends(Runnable later) {
            begin().whenComplete((value, failure) -> {
                boolean atOnce = course.compareAndSet(UNDECIDED, ENDED_AT_ONCE);
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
                if (!atOnce) {
                    later.run();
                }
            });
            return !course.compareAndSet(UNDECIDED, GOES_ON);
        }

        private CompletableFuture<T> begin() {
            try {
                return step.get();
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
