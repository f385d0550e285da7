package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Locks within this JVM: an entry of a map as the floor, and a fair lock of the JDK for each name. */
final class MemoryPeer implements Client {
    private static final Map<String, String> OWNERS = new ConcurrentHashMap<>();
    private static final Map<String, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final String member;
    private final boolean lock;

    MemoryPeer(String member, boolean lock) {
        this.member = member;
        this.lock = lock;
    }

    @Override
    public Mutex mutex(String name) {
        return lock ? lock(LOCKS.computeIfAbsent(name, key -> new ReentrantLock(true))) : entry(name);
    }

    private static Mutex lock(ReentrantLock lock) {
        return new Mutex() {
            @Override
            public void acquire() throws InterruptedException {
                lock.lockInterruptibly();
            }

            @Override
            public void release() {
                lock.unlock();
            }
        };
    }

    private Mutex entry(String name) {
        return new Mutex() {
            @Override
            public void acquire() {
                if (OWNERS.putIfAbsent(name, member) != null) {
                    throw new IllegalStateException(name + " is held; the floor cannot wait");
                }
            }

            @Override
            public void release() {
                OWNERS.remove(name);
            }
        };
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
