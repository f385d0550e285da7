package dev.conclave.engine;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's clocks, and one daemon thread that runs timers: renewals, deadlines, looks. Nothing that
 * blocks and no application code ever runs on it, so that no callback can delay a renewal.
 */
final class SystemTime implements TimeSource, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SystemTime.class);

    private final ScheduledThreadPoolExecutor timers;

    SystemTime(String member) {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "conclave-timers-" + member);
            thread.setDaemon(true);
            return thread;
        });
        timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** The machine's own monotonic clock, which on Linux stands still while the machine is suspended; for waits that must end also where the engine's time stands still. */
    static long realNanos() {
        return System.nanoTime();
    }

    @Override
    public long nanoTime() {
        return realNanos();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            RunnableFuture<?> timer =
                    (RunnableFuture<?>) timers.schedule(() -> guarded(task), Nanos.of(delay), TimeUnit.NANOSECONDS);
            return () -> cancel(timer);
        } catch (RejectedExecutionException e) {
            // The coordinator is closed; what this timer would have looked after has ended with it.
            return () -> {};
        }
    }

    /**
     * The one that is due next stays, without its task, until it is due: otherwise the next to be set would be the first again, and each of those
     * waits of a contended lock that last microseconds would wake the thread.
     */
    private void cancel(RunnableFuture<?> timer) {
        if (timer.cancel(false) && timers.getQueue().peek() != timer) {
            timers.remove(timer);
        }
    }

    /** How many are still to come; for tests. */
    int pending() {
        return timers.getQueue().size();
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a timer's task failed", e);
        }
    }

    @Override
    public void close() {
        timers.shutdown();
    }
}
