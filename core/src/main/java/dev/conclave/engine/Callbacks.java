package dev.conclave.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where application code runs: on the executor that the application gave, or on daemon threads of ours
 * that come when needed and go when idle. A callback that blocks takes one thread; the others run on.
 */
final class Callbacks implements Executor {
    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
    private static final long IDLE_SECONDS = 2;

    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;

    Callbacks(String member, @Nullable Executor given) {
        this.own = given == null ? daemonThreads(member) : null;
        this.executor = given == null ? own : given;
    }

    private static ThreadPoolExecutor daemonThreads(String member) {
        AtomicInteger count = new AtomicInteger();
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "conclave-callbacks-" + member + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // Being told of a loss matters more than where: a stopped executor must not swallow it.
            log.warn("the callback executor refused a task; running it on a thread of its own", e);
            Thread thread = new Thread(task, "conclave-callbacks-refused");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** A queue of its own for one subscription; {@code what} names it when a callback throws. */
    Serial serial(String what) {
        return new Serial(this, what);
    }

    /** Lets what is queued run and then ends our own threads; an executor that was given is left alone. */
    void close() {
        if (own != null) {
            own.shutdown();
        }
    }

    /** Runs its tasks one at a time and in order, on whatever thread the executor has. */
    static final class Serial {
        private final Executor executor;
        private final String what;
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final AtomicInteger pending = new AtomicInteger();
        private volatile boolean closed;

        private Serial(Executor executor, String what) {
            this.executor = executor;
            this.what = what;
        }

        /** Queues a task. Runs nothing yet, so it may be called under a lock; call {@link #kick()} after it. */
        void add(Runnable task) {
            tasks.add(task);
        }

        /** Starts running what was added. Never call it under a lock: an executor may run at once. */
        void kick() {
            if (!tasks.isEmpty() && pending.getAndIncrement() == 0) {
                executor.execute(this::drain);
            }
        }

        void run(Runnable task) {
            add(task);
            kick();
        }

        /** No task begins any more. */
        void close() {
            closed = true;
            tasks.clear();
        }

        private void drain() {
            int seen = pending.get();
            do {
                Runnable task;
                while ((task = tasks.poll()) != null) {
                    runGuarded(task);
                }
                // Whoever kicked meanwhile saw us running and left; look once more on its behalf.
                seen = pending.addAndGet(-seen);
            } while (seen != 0);
        }

        private void runGuarded(Runnable task) {
            if (closed) {
                return;
            }
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                log.error("a callback of {} threw; the next ones still run", what, e);
            }
        }
    }
}
