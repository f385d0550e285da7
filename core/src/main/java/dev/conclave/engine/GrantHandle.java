package dev.conclave.engine;

import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import java.lang.ref.Cleaner;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's hold on a lock's claim. When it is garbage-collected unreleased, the claim is released and the leak logged. */
final class GrantHandle extends ClaimHandle implements Grant {
    private static final Logger log = LoggerFactory.getLogger(GrantHandle.class);
    private static final Cleaner LEAKS = Cleaner.create(task -> {
        Thread thread = new Thread(task, "conclave-leaks");
        thread.setDaemon(true);
        return thread;
    });

    private final Cleaner.Cleanable leak;

    /** @param acquiredAt where in the application, for the log */
    GrantHandle(EngineContext engine, HeldClaim claim, Object acquiredAt) {
        super(engine, claim);
        this.leak = LEAKS.register(this, new Leak(claim, acquiredAt));
    }

    @Override
    public boolean isShared() {
        return claim.isShared();
    }

    @Override
    public boolean renew() {
        return claim.renewLease();
    }

    @Override
    public ReleaseResult release() {
        return Blocking.awaitUninterruptibly(
                engine.steps(), released(), engine.steps().patienceForOne(), ReleaseResult.UNKNOWN);
    }

    @Override
    public CompletableFuture<ReleaseResult> releaseAsync() {
        return Publishing.publish(released(), engine.callbacks());
    }

    private CompletableFuture<ReleaseResult> released() {
        CompletableFuture<ReleaseResult> result = claim.release();
        leak.clean();
        return result;
    }

    @Override
    public void close() {
        release();
    }

    /** Must not refer to the handle, or the handle would never be collected. */
    private record Leak(HeldClaim claim, Object acquiredAt) implements Runnable {
        @Override
        public void run() {
            if (claim.isValid()) {
                log.warn(
                        "leak: {} was never released; releasing it. It was acquired at {}",
                        claim.describe(),
                        acquiredAt);
                claim.letGo();
            }
        }
    }
}
