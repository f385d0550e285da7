package dev.conclave.bench.peers;

import dev.conclave.bench.Mutex;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;

/** ShedLock, which skips work that another does and has no waiting: asked again every 10 ms here. */
final class ShedLocks {
    private static final Duration AT_MOST = Duration.ofSeconds(30);
    private static final long RETRY_MILLIS = 10;

    private ShedLocks() {}

    static Mutex mutex(LockProvider provider, String name) {
        return new Mutex() {
            private SimpleLock held;

            @Override
            public void acquire() throws InterruptedException {
                Optional<SimpleLock> lock = tryLock();
                while (lock.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                    lock = tryLock();
                }
                held = lock.get();
            }

            private Optional<SimpleLock> tryLock() {
                return provider.lock(new LockConfiguration(Instant.now(), name, AT_MOST, Duration.ZERO));
            }

            @Override
            public void release() {
                held.unlock();
            }
        };
    }
}
