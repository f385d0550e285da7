package dev.conclave.engine;

import dev.conclave.GroupEvent;
import dev.conclave.Member;
import dev.conclave.Partitioner;
import dev.conclave.Subscription;
import dev.conclave.View;
import dev.conclave.ring.HashRing;
import dev.conclave.ring.Rebalance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ring that follows a group's view. */
final class LivePartitioner implements Partitioner {
    private static final Logger log = LoggerFactory.getLogger(LivePartitioner.class);
    private static final int MAX_WEIGHT = 10_000;

    private final EngineContext engine;
    private final String group;
    private final String weightCapability;
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Partitioner> started = new CompletableFuture<>();
    private final Subscription watch;
    private final Runnable stop = this::stopped;
    private volatile HashRing ring = HashRing.of(Map.of());

    LivePartitioner(EngineContext engine, Memberships memberships, String group, String weightCapability) {
        this.engine = engine;
        this.group = group;
        this.weightCapability = weightCapability;
        // Not on the application's executor: who waits for the first view may be the only thread of that.
        this.watch = memberships.watch(
                group, new GroupTracker.Watcher(Callbacks.engineSerial("the ring of group " + group), this::follow));
        engine.open().add(stop);
    }

    private record Listening(Callbacks.Serial queue, Consumer<? super Rebalance> listener) {}

    /** This, once it has the first view; fails and closes this if the backend does not give it in time. */
    CompletableFuture<Partitioner> started() {
        return engine.steps().bounded(() -> "look at group " + group, started).whenComplete((self, failure) -> {
            if (failure != null) {
                close();
            }
        });
    }

    private void stopped() {
        started.completeExceptionally(engine.steps().closedFailure());
        close();
    }

    private void follow(GroupEvent event) {
        HashRing before = ring;
        HashRing after = HashRing.of(weights(event.view()));
        List<Listening> told;
        synchronized (listeners) {
            // At one instant: who has seen the new ring and listens only then is not told how it came about.
            ring = after;
            told = List.copyOf(listeners);
        }
        started.complete(this);
        if (!after.equals(before)) {
            Rebalance rebalance = new Rebalance(engine.member(), before, after);
            told.forEach(each -> each.queue().run(() -> each.listener().accept(rebalance)));
        }
    }

    private Map<String, Integer> weights(View view) {
        Map<String, Integer> weights = new HashMap<>();
        for (Member member : view.members()) {
            weights.put(member.id(), weight(member));
        }
        return weights;
    }

    private int weight(Member member) {
        double weight = member.capabilities().number(weightCapability).orElse(1.0);
        if (weight >= 0 && weight <= MAX_WEIGHT && weight == Math.rint(weight)) {
            return (int) weight;
        }
        // All members must come to the same answer, so this one cannot refuse what the others may accept.
        log.warn(
                "member {} of group {} has the weight {}, which is no whole number from 0 to {}; it counts as 1",
                member.id(),
                group,
                weight,
                MAX_WEIGHT);
        return 1;
    }

    @Override
    public boolean owns(String key) {
        return ring.owner(key).filter(engine.member()::equals).isPresent();
    }

    @Override
    public HashRing ring() {
        return ring;
    }

    @Override
    public Subscription onRebalance(Consumer<? super Rebalance> listener) {
        Listening listening = new Listening(engine.callbacks().serial("the partitioner of group " + group), listener);
        synchronized (listeners) {
            listeners.add(listening);
        }
        return () -> {
            listening.queue().close();
            listeners.remove(listening);
        };
    }

    @Override
    public void close() {
        engine.open().remove(stop);
        watch.close();
        listeners.forEach(each -> each.queue().close());
    }

    @Override
    public String toString() {
        return "the partitioner of group " + group;
    }
}
