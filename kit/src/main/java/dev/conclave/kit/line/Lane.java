package dev.conclave.kit.line;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

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
        lock.lock();
        shut = true;
        lock.unlock();
    }

    void delay(long nanos) {
        lock.lock();
        delayNanos = nanos;
        lock.unlock();
    }

    /** Passes what waits here, and delays nothing any more. */
    void open() {
        lock.lock();
        shut = false;
        delayNanos = 0;
        lock.unlock();
        deliver();
    }

    /** Forgets what is under way. */
    void lose() {
        lock.lock();
        underWay.clear();
        lock.unlock();
    }

    void send(Runnable delivery) {
        lock.lock();
        boolean now = !shut && delayNanos == 0 && underWay.isEmpty() && !delivering;
        if (!now) {
            underWay.add(new Parcel(System.nanoTime() + delayNanos, delivery));
        }
        lock.unlock();
        if (now) {
            delivery.run();
        } else {
            TIMER.schedule(this::deliver, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void deliver() {
        while (true) {
            Runnable next;
            lock.lock();
            try {
                Parcel first = underWay.peek();
                if (shut || delivering || first == null || first.due - System.nanoTime() > 0) {
                    return;
                }
                underWay.remove();
                delivering = true;
                next = first.delivery;
            } finally {
                lock.unlock();
            }
            try {
                next.run();
            } finally {
                lock.lock();
                delivering = false;
                lock.unlock();
            }
        }
    }
}
