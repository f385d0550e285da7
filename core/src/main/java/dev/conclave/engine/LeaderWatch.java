package dev.conclave.engine;

import dev.conclave.ElectionEvent;
import dev.conclave.Leader;
import dev.conclave.Subscription;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Subject;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Tells one observer who leads. */
final class LeaderWatch extends Look<ClaimStatus> {
    private final ClaimKey key;
    private final Callbacks.Serial queue;
    private final Consumer<? super ElectionEvent> listener;
    private Optional<Leader> last = Optional.empty();
    private boolean told;

    private LeaderWatch(EngineContext engine, Watches watches, ClaimKey key, Consumer<? super ElectionEvent> listener) {
        super(engine, watches, new Subject.Key(key));
        this.key = key;
        this.queue = engine.callbacks().serial("the watch of " + key);
        this.listener = listener;
    }

    static Subscription open(
            EngineContext engine, Watches watches, ClaimKey key, Consumer<? super ElectionEvent> listener) {
        LeaderWatch watch = new LeaderWatch(engine, watches, key, listener);
        watch.start();
        return watch::close;
    }

    private void close() {
        stop();
        queue.close();
    }

    @Override
    protected CompletableFuture<ClaimStatus> look() {
        return engine.driver().inspect(key);
    }

    @Override
    protected void seen(ClaimStatus status) {
        Optional<Leader> now = NamedElection.leader(status);
        if (told && now.map(Leader::term).equals(last.map(Leader::term))) {
            return;
        }
        Optional<Leader> previous = last;
        last = now;
        told = true;
        queue.run(() -> listener.accept(
                now.isPresent() ? new ElectionEvent.Elected(now.get()) : new ElectionEvent.Vacant(previous)));
    }
}
