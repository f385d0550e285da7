package dev.conclave.bench.peers;

import dev.conclave.bench.Mutex;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock of this JVM before one that excludes other processes only: what has to be put around a kernel's file lock, or a
 * lock under a lease that threads share.
 */
final class LocalTurns {
    private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();

    /** The same lock, for threads too. */
    Mutex around(String name, Mutex mutex) {
        ReentrantLock turn = turns.computeIfAbsent(name, key -> new ReentrantLock(true));
        return new Mutex() {
            @Override
            public void acquire() throws Exception {
                turn.lockInterruptibly();
                try {
                    mutex.acquire();
                } catch (Exception e) {
                    turn.unlock();
                    throw e;
                }
            }

            @Override
            public void release() throws Exception {
                try {
                    mutex.release();
                } finally {
                    turn.unlock();
                }
            }

            @Override
            public void close() throws Exception {
                mutex.close();
            }
        };
    }
}
