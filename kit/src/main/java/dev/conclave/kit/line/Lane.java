package dev.conclave.kit.line;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link Line}: first in, first out, as on a TCP connection. Open and without delay it costs nothing and
 * runs what passes on the sender's thread.
 */
final class Lane {
    private static final ScheduledExecutorService TIMER = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kit-line");
        thread.setDaemon(true);
        return thread;
    });

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Parcel> underWay = new ArrayDeque<>();
    private boolean shut;
    private boolean delivering;
    private long delayNanos;

    /** Something that travels, and when it arrives. */
    private record Parcel(long due, Runnable delivery) {}

    void shut() {
        change(() -> shut = true);
    }

    void delay(long nanos) {
        change(() -> delayNanos = nanos);
    }

    /** Passes what waits here, and delays nothing any more. */
    void open() {
        change(() -> {
            shut = false;
            delayNanos = 0;
        });
        deliver();
    }

    /** Forgets what is under way. */
    void lose() {
        change(underWay::clear);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails, fails at its receiver
    void send(Runnable delivery) {
        long delay;
        lock.lock();
        try {
            delay = delayNanos;
            if (shut || delay > 0 || !underWay.isEmpty() || delivering) {
                underWay.add(new Parcel(System.nanoTime() + delay, delivery));
                if (delay > 0) {
                    TIMER.schedule(this::deliver, delay, TimeUnit.NANOSECONDS);
                }
                return; // without a delay, whoever opens the lane or is delivering comes to it
            }
        } finally {
            lock.unlock();
        }
        delivery.run();
    }

    private void deliver() {
        for (Parcel next = next(); next != null; next = next()) {
            try {
                next.delivery.run();
            } finally {
                change(() -> delivering = false);
            }
        }
    }

    /** The next that may arrive now; one at a time, so that they arrive in order. */
    private @Nullable Parcel next() {
        lock.lock();
        try {
            Parcel first = underWay.peek();
            if (shut || delivering || first == null || first.due - System.nanoTime() > 0) {
                return null;
            }
            delivering = true;
            return underWay.remove();
        } finally {
            lock.unlock();
        }
    }
}
