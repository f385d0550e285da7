package dev.conclave.kit.net;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One direction of a line: open or shut, with a delay. What is under way waits at a shut gate and goes on when it opens, as
 * TCP sends again what a network dropped. Thread-safe.
 */
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean shut;
    private long delayNanos;

    void shut() {
        set(true, delayNanos);
    }

    void delay(long nanos) {
        set(shut, nanos);
    }

    void open() {
        set(false, 0);
    }

    private void set(boolean shut, long delayNanos) {
        lock.lock();
        try {
            this.shut = shut;
            this.delayNanos = delayNanos;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when something that arrived at {@code arrived} may pass. */
    void pass(long arrived) throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                long left = arrived + delayNanos - System.nanoTime();
                if (shut) {
                    changed.await();
                } else if (delayNanos > 0 && left > 0) {
                    changed.awaitNanos(left);
                } else {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
