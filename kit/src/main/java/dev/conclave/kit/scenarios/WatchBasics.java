package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.GroupEvent;
import dev.conclave.Membership;
import dev.conclave.Subscription;
import dev.conclave.View;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** Watching a group: parity with the reference's own suite. */
public abstract class WatchBasics extends ScenarioGroup {
    /** For the kit. */
    protected WatchBasics() {}

    @Scenario("B4")
    @DisplayName("Watchers see a join, an update and a leave, each once and in order, with the view after it")
    void eventsInOrder(Stage stage) throws Exception {
        Heard<GroupEvent> heard = stage.hear();
        stage.member("bob").group("workers").watch(heard);
        GroupEvent.Snapshot snapshot = heard.await(GroupEvent.Snapshot.class);

        Membership ada = stage.member("ada").group("workers").join(Capabilities.of("cpu", 1));
        GroupEvent.Joined joined = heard.await(GroupEvent.Joined.class);
        ada.update(Capabilities.of("cpu", 2));
        GroupEvent.Updated updated = heard.await(GroupEvent.Updated.class);
        ada.leave();
        GroupEvent.Left left = heard.await(GroupEvent.Left.class);

        // A further member's joining shows that nothing came late or twice.
        stage.member("eve").group("workers").join();
        GroupEvent last = heard.await("eve's joining", Follower.isJoined("eve"));
        assertThat(heard.all()).containsExactly(snapshot, joined, updated, left, last);
        assertThat(snapshot.view().members()).isEmpty();
        assertThat(joined.view().members()).containsExactly(joined.member());
        assertThat(updated.before()).isEqualTo(joined.member());
        assertThat(updated.member().capabilities()).isEqualTo(Capabilities.of("cpu", 2));
        assertThat(updated.view().members()).containsExactly(updated.member());
        assertThat(left.member()).isEqualTo(updated.member());
        assertThat(left.view().members()).isEmpty();
        assertThat(heard.all()).extracting(event -> event.view().revision()).isSorted();
    }

    @Scenario("B4")
    @DisplayName("A watcher that comes later starts from a snapshot; one that was closed sees nothing more")
    void lateAndClosed(Stage stage) throws Exception {
        Coordinator bob = stage.member("bob");
        Heard<GroupEvent> first = stage.hear();
        Subscription subscription = bob.group("workers").watch(first);
        first.await(GroupEvent.Snapshot.class);
        stage.member("ada").group("workers").join();
        first.await("ada's joining", Follower.isJoined("ada"));

        Heard<GroupEvent> second = stage.hear();
        bob.group("workers").watch(second);
        GroupEvent.Snapshot snapshot = second.await(GroupEvent.Snapshot.class);
        subscription.close();
        int before = first.all().size();
        stage.member("eve").group("workers").join();

        second.await("eve's joining", Follower.isJoined("eve"));
        assertThat(snapshot.view().members()).hasSize(1);
        assertThat(first.all()).hasSize(before);
        subscription.close();
    }

    @Scenario("B4")
    @DisplayName("Twenty members that join and leave at once are seen by every watcher, and add up to what is there")
    void manyChanges(Stage stage) throws Exception {
        List<Heard<GroupEvent>> watchers = List.of(stage.hear(), stage.hear());
        for (int i = 0; i < watchers.size(); i++) {
            stage.member("watcher-" + i).group("workers").watch(watchers.get(i));
        }
        for (int i = 0; i < 20; i++) {
            Membership membership = stage.member("member-" + i).group("workers").join();
            if (i % 2 == 0) {
                membership.leave();
            }
        }
        stage.member("last").group("workers").join();

        View there = stage.member("reader").group("workers").view();
        for (Heard<GroupEvent> watcher : watchers) {
            // Those who have come since the last look are told in any order.
            watcher.awaitLast("what is there", event -> event.view().equals(there));
            watcher.await("the last joining", Follower.isJoined("last"));
            Follower.assertConsistent(watcher.all());
        }
    }
}
