package dev.conclave.bench.peers;

import dev.conclave.bench.Candidate;
import dev.conclave.bench.Mutex;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.integration.support.locks.LockRegistry;

/** What Spring Integration's lock registries have in common. */
final class SpringLocks {
    private SpringLocks() {}

    static Mutex mutex(LockRegistry<?> registry, String name) {
        Lock lock = registry.obtain(name);
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

    static Candidate candidate(LockRegistry<?> registry, String election, String member) {
        Semaphore granted = new Semaphore(0);
        LockRegistryLeaderInitiator initiator =
                new LockRegistryLeaderInitiator(registry, new DefaultCandidate(member, election) {
                    @Override
                    public void onGranted(Context context) {
                        granted.release();
                    }
                });
        return new Candidate() {
            @Override
            public void campaign() {
                granted.drainPermits();
                initiator.start();
            }

            @Override
            public void awaitLeadership() throws InterruptedException {
                granted.acquire();
            }

            @Override
            public void stepDown() {
                initiator.stop();
            }

            @Override
            public void close() {
                initiator.destroy();
            }
        };
    }
}
