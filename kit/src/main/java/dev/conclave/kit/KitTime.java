package dev.conclave.kit;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The system's clocks, with a wall clock that a scenario can put wrong. Thread-safe. */
public final class KitTime implements TimeSource, AutoCloseable {
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kit-time");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Duration shift = Duration.ZERO;

    /** Makes clocks that are right. */
    public KitTime() {}

    /** Puts the wall clock wrong, now and by a jump. */
    public void shift(Duration by) {
        shift = by;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now().plus(shift);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Future<?> future = timer.schedule(task, Math.max(0, nanos(delay)), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private static long nanos(Duration delay) {
        try {
            return delay.toNanos();
        } catch (ArithmeticException e) {
            return delay.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }

    /** Runs no task any more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
