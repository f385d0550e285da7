package dev.conclave.engine;

import dev.conclave.Leadership;

/** The application's hold on an election's claim. */
final class LeadershipHandle extends ClaimHandle implements Leadership {
    LeadershipHandle(EngineContext engine, HeldClaim claim) {
        super(engine, claim);
    }
}
