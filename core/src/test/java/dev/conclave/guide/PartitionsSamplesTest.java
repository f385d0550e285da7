package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Group;
import dev.conclave.Partitioner;
import dev.conclave.guide.Stores.InvoiceStore;
import dev.conclave.guide.Stores.Journal;
import dev.conclave.memory.MemoryBackend;
import dev.conclave.ring.HashRing;
import dev.conclave.ring.Placement;
import dev.conclave.ring.Rebalance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartitionsSamplesTest {
    private final Journal journal = new Journal();
    private final InvoiceStore store = new InvoiceStore();
    private Coordinator coordinator;

    @BeforeEach
    void connect() throws Exception {
        coordinator = Conclave.connect("memory:guide-partitions", "worker-1");
    }

    @AfterEach
    void disconnect() {
        coordinator.close();
        MemoryBackend.named("guide-partitions").close(); // the next test has an empty one
    }

    @Test
    void partitioner() throws Exception {
        // snippet:partitioner
        Group workers = coordinator.group("workers");
        workers.join(Capabilities.of("weight", 2)); // twice the share of a member of weight 1

        Partitioner tenants = workers.partitioner();
        boolean mine = tenants.owns("tenant-9");
        List<String> replicas = tenants.ownersOf("tenant-9", 3);
        // end
        assertThat(mine).isTrue();
        assertThat(replicas).containsExactly("worker-1");
        tenants.close();
    }

    @Test
    void rebalance() throws Exception {
        Group workers = coordinator.group("workers");
        workers.join();
        List<String> allTenants = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        Partitioner tenants = workers.partitioner();
        await().until(() -> tenants.owns("a"));
        // snippet:rebalance
        tenants.onRebalance(change -> {
            for (String tenant : allTenants) {
                if (change.lost(tenant)) {
                    stop(tenant);
                } else if (change.gained(tenant)) {
                    start(tenant);
                }
            }
        });
        // end
        try (Coordinator other = Conclave.connect("memory:guide-partitions", "worker-2")) {
            other.group("workers").join();
            await().until(() -> journal.lines().stream().anyMatch(line -> line.startsWith("stop")));
        }
        await().until(() -> journal.lines().stream().anyMatch(line -> line.startsWith("start")));
        tenants.close();
    }

    private void stop(String tenant) {
        journal.add("stop " + tenant);
    }

    private void start(String tenant) {
        journal.add("start " + tenant);
    }

    @Test
    void withLock() throws Exception {
        Group workers = coordinator.group("workers");
        workers.join();
        Partitioner tenants = workers.partitioner();
        await().until(() -> tenants.owns("tenant-9"));
        // snippet:partition-lock
        if (tenants.owns("tenant-9")) {
            Optional<Grant> grant = coordinator.lock("tenant-9").tryAcquire();
            if (grant.isPresent()) { // else the owner before has not let go yet
                try (Grant mine = grant.get()) {
                    store.save("tenant-9", "billed", mine.fencingToken());
                }
            }
        }
        // end
        assertThat(coordinator.lock("tenant-9").info().isFree()).isTrue();
        tenants.close();
    }

    @Test
    void ring() {
        // snippet:ring
        HashRing ring = HashRing.of(Map.of("worker-1", 1, "worker-2", 1, "worker-3", 2));
        Optional<String> owner = ring.owner("tenant-9");

        HashRing grown = ring.with("worker-4", 1);
        double moved = Rebalance.movedShare(ring, grown); // about 1/5: what worker-4 gets, and no more

        HashRing likeTooz = HashRing.of(ring.members(), Placement.tooz());
        // end
        assertThat(owner).isPresent();
        assertThat(moved).isBetween(0.15, 0.25);
        assertThat(likeTooz.owner("tenant-9")).isPresent();
    }
}
