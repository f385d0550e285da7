package dev.conclave.engine;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where application code runs: on the executor that the application gave, or on daemon threads of ours
 * that come when needed and go when idle. A callback that blocks takes one thread; the others run on.
 *
 * <p>Whatever an executor throws, handing a task over never does: the engine would stop half-way. A task
 * for which there is no thread at all waits until there is one.
 */
final class Callbacks implements Executor {
    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
    private static final long IDLE_SECONDS = 2;
    private static final Duration RETRY = Duration.ofMillis(100);

    private final TimeSource time;
    private final Executor executor;
    private final @Nullable ThreadPoolExecutor own;
    private final Executor lastResort;
    private final Queue<Runnable> unstarted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean retrying = new AtomicBoolean();
    private volatile boolean closed;

    Callbacks(String member, @Nullable Executor given, TimeSource time) {
        this(member, given, time, Callbacks::runAlone);
    }

    /** @param lastResort where that runs which the executor refuses */
    Callbacks(String member, @Nullable Executor given, TimeSource time, Executor lastResort) {
        this.time = time;
        this.lastResort = lastResort;
        if (given == null) {
            ThreadPoolExecutor threads = daemonThreads(member);
            this.own = threads;
            this.executor = threads;
        } else {
            this.own = null;
            this.executor = given;
        }
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

    private static void runAlone(Runnable task) {
        Thread thread = new Thread(task, "conclave-callbacks-refused");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void execute(Runnable task) {
        Runnable once = new Once(task);
        if (!isHandedOver(once)) {
            waitForThread(once);
        }
    }

    private boolean isHandedOver(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RuntimeException | Error e) {
            // Being told of a loss matters more than where: a stopped executor must not swallow it, and what
            // an executor throws, be it that there is no memory for a thread, must not reach into the engine.
            if (own == null) {
                log.warn("the callback executor refused a task; running it on a thread of its own", e);
            }
        }
        try {
            lastResort.execute(task);
            return true;
        } catch (RuntimeException | Error e) {
            log.error("no thread can be had for a callback, which waits until there is one", e);
            return false;
        }
    }

    private void waitForThread(Runnable task) {
        unstarted.add(task);
        if (closed) {
            log.error("no thread could be had for a callback, and the coordinator is closed; it may never run");
        }
        retryLater();
    }

    private void retryLater() {
        if (!retrying.compareAndSet(false, true)) {
            return;
        }
        try {
            time.schedule(RETRY, this::retry);
        } catch (RuntimeException | Error e) {
            log.error("no timer can be had either; what waits for a thread is tried again with the next callback", e);
            retrying.set(false);
        }
    }

    /** In order, up to the first that still gets no thread: with too few of them, each attempt is one too many. */
    private void retry() {
        retrying.set(false);
        for (Runnable next = unstarted.poll(); next != null; next = unstarted.poll()) {
            if (!isHandedOver(next)) {
                waitForThread(next);
                return;
            }
        }
    }

    /** A queue for the engine's own code, which runs at once on whatever thread comes, one at a time and in order. */
    static Serial engineSerial(String what) {
        return new Serial(Runnable::run, what);
    }

    /** A queue of its own for one subscription; {@code what} names it when a callback throws. */
    Serial serial(String what) {
        return new Serial(this, what);
    }

    /** Lets what is queued run and then ends our own threads; an executor that was given is left alone. */
    void close() {
        closed = true;
        retry();
        if (own != null) {
            own.shutdown();
        }
    }

    /** Runs a task once: an executor may take a task and throw all the same, and then it is handed over again. */
    private static final class Once implements Runnable {
        private final AtomicReference<@Nullable Runnable> task;

        Once(Runnable task) {
            this.task = new AtomicReference<>(task);
        }

        @Override
        public void run() {
            Runnable first = task.getAndSet(null);
            if (first != null) {
                first.run();
            }
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
