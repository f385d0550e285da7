package dev.conclave.engine;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Time that moves only when a test moves it. Timers run on the thread that moves it, in the order in
 * which they are due. The clock starts shortly before it wraps around, as {@link System#nanoTime()} may.
 */
final class ManualTime implements TimeSource {
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Task> tasks = new ArrayList<>();
    private long now = START;
    private int scheduled;
    private int readings;
    private Runnable onReading = () -> {};

    /** A timer of ours, and whether it is still to run. */
    private record Task(long due, Runnable work, AtomicBoolean waits) implements Timer {
        @Override
        public void cancel() {
            waits.set(false);
        }
    }

    /** Lets something happen right before the clock is read for the n-th time from now: what a thread that is stopped there misses. */
    void beforeReading(int number, Runnable then) {
        readings = number;
        onReading = then;
    }

    @Override
    public long nanoTime() {
        if (readings > 0 && --readings == 0) {
            onReading.run();
        }
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanoTime() - START);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        lock.lock();
        try {
            Task timer = new Task(now + Nanos.of(delay), task, new AtomicBoolean(true));
            tasks.add(timer);
            scheduled++;
            return timer;
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass, and runs what becomes due, each task at its own time. */
    void advance(Duration by) {
        long target = nanoTime() + by.toNanos();
        for (Task next = takeDue(target); next != null; next = takeDue(target)) {
            next.work().run();
        }
        lock.lock();
        try {
            now = target;
        } finally {
            lock.unlock();
        }
    }

    /** Runs what is due by now. */
    void runDue() {
        advance(Duration.ZERO);
    }

    /** Lets time pass while the process is stopped: nothing runs until time is moved again. */
    void stopFor(Duration pause) {
        lock.lock();
        try {
            now += pause.toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** How many timers are to run yet. */
    int pending() {
        lock.lock();
        try {
            tasks.removeIf(task -> !task.waits().get());
            return tasks.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many timers were ever set. */
    int scheduled() {
        lock.lock();
        try {
            return scheduled;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Task takeDue(long target) {
        lock.lock();
        try {
            tasks.removeIf(task -> !task.waits().get());
            Task first = null;
            for (Task task : tasks) {
                if (task.due() - target <= 0 && (first == null || task.due() - first.due() < 0)) {
                    first = task;
                }
            }
            if (first != null) {
                tasks.remove(first);
                if (first.due() - now > 0) {
                    now = first.due();
                }
            }
            return first;
        } finally {
            lock.unlock();
        }
    }
}
