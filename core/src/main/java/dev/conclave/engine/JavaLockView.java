package dev.conclave.engine;

import dev.conclave.Grant;
import dev.conclave.Lock;
import dev.conclave.ReleaseResult;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock with the thread rules of {@link java.util.concurrent.locks.Lock}. A local lock keeps them; the
 * thread that has the local lock holds one grant of the named one.
 */
final class JavaLockView implements java.util.concurrent.locks.Lock {
    private final Lock named;
    private final TimeSource time;
    private final ReentrantLock local = new ReentrantLock(true);
    private @Nullable Grant grant;

    JavaLockView(Lock named, TimeSource time) {
        this.named = named;
        this.time = time;
    }

    @Override
    public void lock() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    lockInterruptibly();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
        local.lockInterruptibly();
        enter(() -> Optional.of(named.acquire()));
    }

    @Override
    public boolean tryLock() {
        if (!local.tryLock()) {
            return false;
        }
        try {
            return enter(named::tryAcquire);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean tryLock(long patience, TimeUnit unit) throws InterruptedException {
        long deadline = time.nanoTime() + Math.min(unit.toNanos(Math.max(0, patience)), Nanos.FOREVER);
        if (!local.tryLock(patience, unit)) {
            return false;
        }
        return enter(() -> named.tryAcquire(Duration.ofNanos(deadline - time.nanoTime())));
    }

    /** How the grant is got by the first entry of a thread. */
    private interface Attempt {
        Optional<Grant> get() throws InterruptedException;
    }

    private boolean enter(Attempt attempt) throws InterruptedException {
        if (local.getHoldCount() > 1) {
            return true;
        }
        try {
            grant = attempt.get().orElse(null);
            return grant != null;
        } finally {
            if (grant == null) {
                local.unlock();
            }
        }
    }

    @Override
    public void unlock() {
        if (!local.isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException(
                    named + " is not held by " + Thread.currentThread().getName());
        }
        Grant held = grant;
        if (local.getHoldCount() > 1 || held == null) {
            local.unlock();
            return;
        }
        try {
            if (held.release() == ReleaseResult.ALREADY_LOST) {
                throw new IllegalMonitorStateException(
                        named + " was lost while it was held, so others may have held it since: " + held);
            }
        } finally {
            grant = null;
            local.unlock();
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException(
                "a distributed lock has no conditions; watch a group or an election instead");
    }

    @Override
    public String toString() {
        return named + " as a Java lock";
    }
}
