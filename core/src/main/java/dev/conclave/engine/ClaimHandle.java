package dev.conclave.engine;

import dev.conclave.Claim;
import dev.conclave.ClaimState;
import dev.conclave.Loss;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What the application's handles on claims have in common. */
abstract class ClaimHandle implements Claim {
    final EngineContext engine;
    final HeldClaim claim;

    ClaimHandle(EngineContext engine, HeldClaim claim) {
        this.engine = engine;
        this.claim = claim;
    }

    @Override
    public String name() {
        return claim.id().key().name();
    }

    @Override
    public long fencingToken() {
        return claim.token();
    }

    @Override
    public ClaimState state() {
        return claim.state();
    }

    @Override
    public boolean isValid() {
        return claim.isValid();
    }

    @Override
    public Duration validFor() {
        return claim.validFor();
    }

    @Override
    public boolean verify() throws InterruptedException {
        return Blocking.await(engine.steps(), claim.verify());
    }

    @Override
    public CompletableFuture<Boolean> verifyAsync() {
        return Publishing.publish(claim.verify(), engine.callbacks());
    }

    @Override
    public CompletableFuture<Loss> lost() {
        return claim.lost();
    }

    @Override
    public String toString() {
        return claim.describe() + " " + claim.state();
    }
}
