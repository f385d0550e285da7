package dev.conclave.engine;

import dev.conclave.Candidacy;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.ElectionOptions;
import dev.conclave.Leader;
import dev.conclave.LeaderListener;
import dev.conclave.Subscription;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** An election by its name. Holds nothing; candidacies and watches are registered with the coordinator. */
final class NamedElection implements Election {
    private final EngineContext engine;
    private final Acquisitions acquisitions;
    private final Watches watches;
    private final ClaimKey key;

    NamedElection(EngineContext engine, Acquisitions acquisitions, Watches watches, ClaimKey key) {
        this.engine = engine;
        this.acquisitions = acquisitions;
        this.watches = watches;
        this.key = key;
    }

    @Override
    public String name() {
        return key.name();
    }

    @Override
    public Candidacy run(LeaderListener listener, ElectionOptions options) {
        Race race = new Race(engine, acquisitions, key, listener, options);
        race.start();
        return race;
    }

    @Override
    public Optional<Leader> leader() throws InterruptedException {
        return Blocking.await(engine.steps(), asked());
    }

    @Override
    public CompletableFuture<Optional<Leader>> leaderAsync() {
        return Publishing.publish(asked(), engine.callbacks());
    }

    private CompletableFuture<Optional<Leader>> asked() {
        return engine.steps()
                .call("inspect " + key, () -> engine.driver().inspect(key))
                .thenApply(NamedElection::leader);
    }

    static Optional<Leader> leader(ClaimStatus status) {
        return status.holders().stream()
                .findFirst()
                .map(holding -> new Leader(
                        holding.id().session().member(),
                        holding.id().session().incarnation(),
                        holding.token(),
                        holding.payload(),
                        holding.since()));
    }

    @Override
    public Subscription watch(Consumer<? super ElectionEvent> listener) {
        return LeaderWatch.open(engine, watches, key, listener);
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
