package dev.conclave.faults.member;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Interrupts threads that wait, as applications do that have changed their mind. Thread-safe. */
final class Interrupter {
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "load-interrupter");
        thread.setDaemon(true);
        return thread;
    });

    Interrupter() {
        timers.setRemoveOnCancelPolicy(true);
    }

    /** Interrupts the calling thread after that time, unless it disarms first. */
    Disarming after(long millis) {
        Armed armed = new Armed(Thread.currentThread());
        var timer = timers.schedule(armed::fire, millis, TimeUnit.MILLISECONDS);
        return () -> {
            timer.cancel(false);
            armed.close();
        };
    }

    /** Never. */
    static Disarming never() {
        return () -> {};
    }

    /** Ends it; the thread is not interrupted afterwards, and is not left so. */
    interface Disarming extends AutoCloseable {
        @Override
        void close();
    }

    private static final class Armed implements Disarming {
        private final Thread thread;
        private boolean over;

        Armed(Thread thread) {
            this.thread = thread;
        }

        synchronized void fire() {
            if (!over) {
                thread.interrupt();
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            Thread.interrupted();
        }
    }
}
