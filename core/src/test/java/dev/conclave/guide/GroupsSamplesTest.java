package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Group;
import dev.conclave.GroupEvent;
import dev.conclave.JoinOptions;
import dev.conclave.Member;
import dev.conclave.Membership;
import dev.conclave.Subscription;
import dev.conclave.View;
import dev.conclave.guide.Stores.Journal;
import dev.conclave.memory.MemoryBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupsSamplesTest {
    private final Journal journal = new Journal();
    private Coordinator coordinator;
    private Coordinator other;

    @BeforeEach
    void connect() throws Exception {
        coordinator = Conclave.connect("memory:guide-groups", "worker-1");
        other = Conclave.connect("memory:guide-groups", "worker-2");
    }

    @AfterEach
    void disconnect() {
        coordinator.close();
        other.close();
        MemoryBackend.named("guide-groups").close(); // the next test has an empty one
    }

    @Test
    void join() throws Exception {
        // snippet:group-join
        Group workers = coordinator.group("workers");
        Membership me = workers.join(Capabilities.of("address", "10.0.0.7:8080").and("cpu", 8));

        View view = workers.view();
        for (Member member : view.members()) {
            journal.add(
                    member.id() + " at " + member.capabilities().text("address").orElse("?"));
        }

        me.update(Capabilities.of("address", "10.0.0.7:8080").and("draining", true));
        me.leave();
        // end
        assertThat(journal.lines()).containsExactly("worker-1 at 10.0.0.7:8080");
        assertThat(workers.view().members()).isEmpty();
    }

    @Test
    void watch() throws Exception {
        // snippet:group-watch
        Subscription watch = coordinator.group("workers").watch(event -> {
            if (event instanceof GroupEvent.Joined joined) {
                journal.add(joined.member().id() + " joined");
            } else if (event instanceof GroupEvent.Left left) {
                journal.add(left.member().id() + " left");
            } else if (event instanceof GroupEvent.Updated updated) {
                journal.add(
                        updated.member().id() + " is now " + updated.member().capabilities());
            } else { // Snapshot, Resynced, SelfEvicted: the view is what counts
                journal.add(event.view().members().size() + " members");
            }
        });
        // end
        await().until(() -> journal.lines().contains("0 members"));
        Membership membership = other.group("workers").join();
        await().until(() -> journal.lines().contains("worker-2 joined"));
        membership.leave();
        await().until(() -> journal.lines().contains("worker-2 left"));
        watch.close();
    }

    @Test
    void evicted() throws Exception {
        // snippet:group-evicted
        Membership me = coordinator.group("workers").join();
        me.onEvicted(eviction -> {
            journal.add(eviction.loss().explanation());
            if (!eviction.rejoining()) {
                shutDown(); // a newer process runs under this member id
            }
        });
        // end
        try (Coordinator successor = Conclave.connect("memory:guide-groups", "worker-1")) {
            successor.group("workers").join();
            await().until(() -> journal.lines().contains("shut down"));
        }
    }

    private void shutDown() {
        journal.add("shut down");
    }

    @Test
    void options() throws Exception {
        other.group("workers").create();
        // snippet:group-options
        coordinator
                .group("workers")
                .join(
                        Capabilities.none(),
                        JoinOptions.defaults()
                                .withoutCreating() // GroupNotFoundException if there is none
                                .withoutTakingOver() // MemberAlreadyJoinedException if the id is taken
                                .withoutRejoining()); // once out, stays out
        // end
        assertThat(other.group("workers").view().member("worker-1")).isPresent();
        coordinator.close();
        other.group("workers").delete();
    }

    @Test
    void administer() throws Exception {
        // snippet:group-admin
        Group archive = coordinator.group("archive");
        archive.create(); // GroupAlreadyExistsException if it is there
        assertThat(coordinator.groups()).contains("archive");
        archive.delete(); // GroupNotEmptyException while it has live members
        // end
        assertThat(coordinator.groups()).doesNotContain("archive");
    }
}
