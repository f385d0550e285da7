package dev.conclave.engine;

import dev.conclave.AsyncLock;
import dev.conclave.Durations;
import dev.conclave.Grant;
import dev.conclave.Holder;
import dev.conclave.Lock;
import dev.conclave.LockBusyException;
import dev.conclave.LockInfo;
import dev.conclave.LockOptions;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lock by its name, and how it is to be acquired. Holds nothing. */
final class NamedLock implements Lock {
    private static final Logger log = LoggerFactory.getLogger(NamedLock.class);

    private final EngineContext engine;
    private final Acquisitions acquisitions;
    private final ClaimKey key;
    private final boolean shared;
    private final LockOptions options;

    NamedLock(EngineContext engine, Acquisitions acquisitions, ClaimKey key, boolean shared, LockOptions options) {
        this.engine = engine;
        this.acquisitions = acquisitions;
        this.key = key;
        this.shared = shared;
        this.options = options;
    }

    @Override
    public String name() {
        return key.name();
    }

    @Override
    public Grant acquire() throws InterruptedException {
        return blocking(Nanos.FOREVER).orElseThrow();
    }

    @Override
    public Grant acquire(Duration patience) throws InterruptedException {
        return blocking(Nanos.of(patience)).orElseThrow(() -> busy(patience));
    }

    @Override
    public Optional<Grant> tryAcquire() throws InterruptedException {
        return blocking(0);
    }

    @Override
    public Optional<Grant> tryAcquire(Duration patience) throws InterruptedException {
        return blocking(Nanos.of(patience));
    }

    private Optional<Grant> blocking(long patienceNanos) throws InterruptedException {
        Blocking.checkInterrupt();
        Acquisition acquisition = acquisition(patienceNanos);
        Optional<HeldClaim> claim = Blocking.await(
                engine.steps(),
                acquisition.start(),
                () -> acquisition.giveUp(new IllegalStateException("interrupted")));
        // Not with map and a lambda: this is the fast path, and the caller's frame is found from here.
        return claim.isPresent()
                ? Optional.of(
                        new GrantHandle(engine, claim.get(), engine.sites().ofApplication()))
                : Optional.empty();
    }

    private Acquisition acquisition(long patienceNanos) {
        return acquisitions.of(
                new Acquisition.Wanted(
                        key,
                        shared,
                        "",
                        options.lease().map(Nanos::of).orElse(HeldClaim.Limit.NONE),
                        options.maxHold().map(Nanos::of).orElse(HeldClaim.Limit.NONE)),
                patienceNanos);
    }

    private LockBusyException busy(Duration patience) {
        return new LockBusyException(key + " was held by others for all of the "
                + Durations.format(patience.isNegative() ? Duration.ZERO : patience) + " that member " + engine.member()
                + " waited");
    }

    @Override
    public Lock shared() {
        return new NamedLock(engine, acquisitions, key, true, options);
    }

    @Override
    public Lock with(LockOptions newOptions) {
        return new NamedLock(engine, acquisitions, key, shared, newOptions);
    }

    @Override
    public LockInfo info() throws InterruptedException {
        return Blocking.await(engine.steps(), inspected());
    }

    @Override
    public boolean breakGrant(long expectedToken) throws InterruptedException {
        return Blocking.await(engine.steps(), broken(expectedToken));
    }

    @Override
    public java.util.concurrent.locks.Lock asJavaLock() {
        return new JavaLockView(this, engine.time());
    }

    @Override
    public AsyncLock async() {
        return new Async();
    }

    private CompletableFuture<LockInfo> inspected() {
        return engine.steps()
                .call("inspect " + key, () -> engine.driver().inspect(key))
                .thenApply(NamedLock::info);
    }

    static LockInfo info(ClaimStatus status) {
        return new LockInfo(
                status.key().name(),
                status.holders().stream().map(NamedLock::holder).toList(),
                status.waiters());
    }

    private static Holder holder(ClaimStatus.Holding holding) {
        return new Holder(
                holding.id().session().member(),
                holding.id().session().incarnation(),
                holding.token(),
                holding.shared(),
                holding.since(),
                holding.expiresIn());
    }

    private CompletableFuture<Boolean> broken(long expectedToken) {
        return engine.steps()
                .call("break " + key, () -> engine.driver().breakClaim(key, expectedToken))
                .thenApply(done -> {
                    if (done) {
                        log.warn(
                                "{} broke the grant with token {} of {}",
                                engine.steps().where(),
                                expectedToken,
                                key);
                    }
                    return done;
                });
    }

    @Override
    public String toString() {
        return key + (shared ? " (shared)" : "");
    }

    private final class Async implements AsyncLock {
        @Override
        public CompletableFuture<Grant> acquire() {
            return begin(Nanos.FOREVER, Optional::orElseThrow);
        }

        @Override
        public CompletableFuture<Grant> acquire(Duration patience) {
            return begin(Nanos.of(patience), found -> found.orElseThrow(() -> busy(patience)));
        }

        @Override
        public CompletableFuture<Optional<Grant>> tryAcquire() {
            return begin(0, found -> found);
        }

        @Override
        public CompletableFuture<Optional<Grant>> tryAcquire(Duration patience) {
            return begin(Nanos.of(patience), found -> found);
        }

        private <T> CompletableFuture<T> begin(long patienceNanos, Function<Optional<Grant>, T> form) {
            Object site = engine.sites().ofApplication();
            Acquisition acquisition = acquisition(patienceNanos);
            CompletableFuture<Optional<HeldClaim>> inner = acquisition.start();
            CompletableFuture<T> formed =
                    inner.thenApply(found -> form.apply(found.map(claim -> new GrantHandle(engine, claim, site))));
            return Publishing.publish(
                    formed,
                    engine.callbacks(),
                    acquisition::giveUp,
                    late -> inner.join().ifPresent(HeldClaim::letGo));
        }

        @Override
        public CompletableFuture<LockInfo> info() {
            return Publishing.publish(inspected(), engine.callbacks());
        }

        @Override
        public CompletableFuture<Boolean> breakGrant(long expectedToken) {
            return Publishing.publish(broken(expectedToken), engine.callbacks());
        }
    }
}
