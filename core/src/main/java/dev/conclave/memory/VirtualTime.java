package dev.conclave.memory;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test says so. What is scheduled runs on the thread that lets time pass,
 * in the order of when it is due and, at one instant, of when it was scheduled; so a test that does all
 * on one thread runs alike each time.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * time.schedule(Duration.ofHours(1), () -> rung.set(true));
 * time.advance(Duration.ofHours(1));      // runs the task, at once
 * }</pre>
 *
 * <p>Thread-safe. One thread at a time lets time pass; a second one waits for the first.
 */
public final class VirtualTime implements TimeSource {
    /** Just before the overflow, so that code which compares readings instead of subtracting them fails its test. */
    private static final long NANO_ORIGIN =
            Long.MAX_VALUE - Duration.ofSeconds(30).toNanos();

    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Duration FOREVER = Duration.ofDays(365 * 100);

    /** Guards the tasks and the clock; never held while a task runs. */
    private final ReentrantLock lock = new ReentrantLock();
    /** Held by the thread that lets time pass. */
    private final ReentrantLock passing = new ReentrantLock();

    private final TreeMap<Due, Runnable> tasks = new TreeMap<>();
    private long elapsed;
    private long sequence;

    private record Due(long at, long sequence) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    /** Begins at the same instant every time. */
    public VirtualTime() {}

    @Override
    public long nanoTime() {
        return NANO_ORIGIN + elapsed();
    }

    @Override
    public Instant now() {
        return START.plusNanos(elapsed());
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        lock.lock();
        try {
            Due due = new Due(elapsed + nanos(delay), sequence++);
            tasks.put(due, task);
            return () -> cancel(due);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets this much time pass, and runs all that comes due in it, each task at its own instant.
     *
     * @throws IllegalStateException if called by a task
     */
    public void advance(Duration duration) {
        advanceUntil(() -> false, duration);
    }

    /**
     * Lets time pass, from one task to the next, until the condition holds.
     *
     * @param limit how much time may pass at most
     * @return whether the condition holds; if not, all of {@code limit} has passed
     * @throws IllegalStateException if called by a task
     */
    public boolean advanceUntil(BooleanSupplier condition, Duration limit) {
        if (passing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a task cannot let time pass; schedule another task instead");
        }
        passing.lock();
        try {
            long end = elapsed() + nanos(limit);
            while (!condition.getAsBoolean()) {
                Runnable task = nextTask(end);
                if (task == null) {
                    return condition.getAsBoolean();
                }
                task.run();
            }
            return true;
        } finally {
            passing.unlock();
        }
    }

    /** Runs what is due at this very instant and what that makes due, without letting time pass. */
    public void runUntilIdle() {
        advance(Duration.ZERO);
    }

    /** Takes the next task that is due until {@code end} and sets the clock to it, or to {@code end} if there is none. */
    private @Nullable Runnable nextTask(long end) {
        lock.lock();
        try {
            Map.Entry<Due, Runnable> first = tasks.firstEntry();
            if (first == null || first.getKey().at() > end) {
                elapsed = end;
                return null;
            }
            tasks.remove(first.getKey());
            elapsed = first.getKey().at();
            return first.getValue();
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Due due) {
        lock.lock();
        try {
            tasks.remove(due);
        } finally {
            lock.unlock();
        }
    }

    private long elapsed() {
        lock.lock();
        try {
            return elapsed;
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.compareTo(FOREVER) > 0 ? FOREVER.toNanos() : duration.toNanos();
    }

    /** How far time has come, and how many tasks wait. */
    @Override
    public String toString() {
        lock.lock();
        try {
            return "VirtualTime[" + Duration.ofNanos(elapsed) + ", " + tasks.size() + " tasks]";
        } finally {
            lock.unlock();
        }
    }
}
