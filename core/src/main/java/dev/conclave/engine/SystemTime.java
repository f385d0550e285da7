package dev.conclave.engine;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The machine's clocks, and one daemon thread that runs timers: renewals, deadlines, looks. Nothing that
 * blocks and no application code ever runs on it, so that no callback can delay a renewal.
 */
final class SystemTime implements TimeSource, AutoCloseable {
    private final ScheduledThreadPoolExecutor timers;

    SystemTime(String member) {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "conclave-timers-" + member);
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            Future<?> timer = timers.schedule(task, Nanos.of(delay), TimeUnit.NANOSECONDS);
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException e) {
            // The coordinator is closed; what this timer would have looked after has ended with it.
            return () -> {};
        }
    }

    @Override
    public void close() {
        timers.shutdown();
    }
}
