package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import dev.conclave.bench.deployments.SemaphoreSet;

/** A System V semaphore taken and given back by a call of the kernel each. */
final class SemaphorePeer implements Client {
    private final SemaphoreSet semaphores;
    private final boolean lock;

    /** With {@code lock} it waits and the kernel frees it after a crash, without it does neither. */
    SemaphorePeer(String url, boolean lock) {
        this.semaphores = SemaphoreSet.of(url);
        this.lock = lock;
    }

    @Override
    public Mutex mutex(String name) {
        SemaphoreSet.Handle handle = semaphores.handle(name, lock);
        return new Mutex() {
            @Override
            public void acquire() {
                handle.take();
            }

            @Override
            public void release() {
                handle.giveBack();
            }
        };
    }

    @Override
    public void close() {
        // The set belongs to the deployment.
    }
}
