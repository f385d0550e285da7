package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Capabilities;
import dev.conclave.Group;
import dev.conclave.GroupEvent;
import dev.conclave.JoinOptions;
import dev.conclave.Member;
import dev.conclave.Partitioner;
import dev.conclave.Subscription;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("a group's watcher")
class GroupTrackerTest {
    private final Rig rig = new Rig();
    private final Group group = rig.coordinator.group("workers");
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void emptyRoster() {
        rig.driver.roster.answer(look -> whole(1));
    }

    private static RosterEntry entry(String member, int sequence, String capabilities) {
        return new RosterEntry(
                new EnrolmentId(new SessionId(member, member + "-run"), "workers", sequence),
                capabilities,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static RosterEntry entry(String member) {
        return entry(member, 1, "{}");
    }

    private static RosterReply whole(long revision, RosterEntry... entries) {
        return new RosterReply.Whole(revision, List.of(entries), false);
    }

    private static String short_(GroupEvent event) {
        String kind = event.getClass().getSimpleName();
        return kind + event.view().members().stream().map(Member::id).toList();
    }

    private Subscription watch() {
        return group.watch(event -> told.add(short_(event)));
    }

    /** The next look sees this. */
    private void sees(RosterReply reply) {
        rig.driver.roster.answer(look -> reply);
        rig.coordinator.changed(new Subject.Group("workers"));
        rig.time.runDue();
    }

    @Test
    @DisplayName("sees a snapshot first, then each change once and in order")
    void changes() {
        watch();
        sees(whole(2, entry("bob"), entry("eve")));
        sees(whole(3, entry("bob")));
        sees(new RosterReply.Delta(4, Set.of(), List.of(entry("dan"), entry("bob", 1, "{\"cpu\":1}"))));
        sees(new RosterReply.Unchanged());
        assertThat(told)
                .containsExactly(
                        "Snapshot[]",
                        "Joined[bob]",
                        "Joined[bob, eve]",
                        "Left[bob]",
                        "Joined[bob, dan]",
                        "Updated[bob, dan]");
        assertThat(rig.driver.roster.last().argument.knownRevision()).isEqualTo(4);
    }

    @Test
    @DisplayName("sees a leave and re-join between two looks, even in one session")
    void rejoin() {
        watch();
        sees(whole(2, entry("bob", 1, "{}")));
        sees(whole(3, entry("bob", 2, "{}")));
        sees(new RosterReply.Delta(4, Set.of(entry("bob", 2, "{}").id()), List.of(entry("bob", 3, "{}"))));
        assertThat(told).containsExactly("Snapshot[]", "Joined[bob]", "Left[]", "Joined[bob]", "Left[]", "Joined[bob]");
    }

    @Test
    @DisplayName("is resynchronised when the history is lost")
    void resync() {
        watch();
        sees(whole(2, entry("bob")));
        sees(new RosterReply.Whole(9, List.of(entry("dan")), true));
        assertThat(told).containsExactly("Snapshot[]", "Joined[bob]", "Resynced[dan]");
    }

    @Test
    @DisplayName("asks for the whole roster after one that could not be understood, and misses nothing")
    void garbled() {
        watch();
        sees(whole(2, entry("bob")));
        sees(new RosterReply.Delta(3, Set.of(), List.of(entry("dan"), entry("eve", 1, "not JSON"))));
        sees(whole(3, entry("bob"), entry("dan"), entry("eve")));
        assertThat(rig.driver.roster.last().argument.knownRevision()).isEqualTo(-1);
        assertThat(told).containsExactly("Snapshot[]", "Joined[bob]", "Joined[bob, dan]", "Joined[bob, dan, eve]");
    }

    @Test
    @DisplayName("sees a group that does not exist as an empty one")
    void noGroup() {
        rig.driver.roster.answer(look -> new RosterReply.NoGroup());
        watch();
        sees(whole(2, entry("bob")));
        sees(new RosterReply.NoGroup());
        assertThat(told).containsExactly("Snapshot[]", "Joined[bob]", "Left[]");
    }

    @Test
    @DisplayName("never sees the ghost of its own member's session that has ended")
    void ghost() throws Exception {
        watch();
        group.join(Capabilities.none(), JoinOptions.defaults().withoutRejoining());
        EnrolmentId me = rig.driver.enrol.last().argument.id();
        RosterEntry mine = new RosterEntry(me, "{}", Instant.EPOCH, Instant.EPOCH);
        sees(whole(2, mine));
        rig.driver.renew.answer(renewing -> new Renewal.NoSession());
        rig.time.advance(Duration.ofMillis(3_400));
        sees(whole(3, mine, entry("bob")));
        sees(new RosterReply.Delta(4, Set.of(me), List.of()));
        assertThat(told).containsExactly("Snapshot[]", "Joined[ada]", "SelfEvicted[]", "Joined[bob]");
    }

    @Test
    @DisplayName("does not see its own member come back by a look that began before it was evicted")
    void staleLook() throws Exception {
        watch();
        group.join(Capabilities.none(), JoinOptions.defaults().withoutRejoining());
        EnrolmentId me = rig.driver.enrol.last().argument.id();
        RosterReply withMe = whole(2, new RosterEntry(me, "{}", Instant.EPOCH, Instant.EPOCH));
        sees(withMe);
        rig.driver.roster.byHand();
        rig.coordinator.changed(new Subject.Group("workers"));
        var stale = rig.driver.roster.last();
        rig.driver.roster.answer(look -> whole(3));
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of(me)));
        rig.coordinator.changed(new Subject.Session(me.session()));
        stale.answer(withMe);
        rig.time.runDue();
        assertThat(told).containsExactly("Snapshot[]", "Joined[ada]", "SelfEvicted[]");
    }

    // Found by the faults' soak (zookeeper, seed 21): a watcher began with SelfEvicted and an empty view.
    @Test
    @DisplayName("is told of its own member's eviction after the snapshot, though it came before")
    void evictedBeforeSnapshot() throws Exception {
        rig.driver.roster.byHand();
        watch();
        var first = rig.driver.roster.last();
        rig.driver.roster.answer(look -> whole(2, entry("bob")));
        group.join(Capabilities.none(), JoinOptions.defaults().withoutRejoining());
        EnrolmentId me = rig.driver.enrol.last().argument.id();
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of(me)));
        rig.coordinator.changed(new Subject.Session(me.session()));
        rig.time.runDue();
        assertThat(told).isEmpty();
        first.answer(whole(2, entry("bob")));
        rig.time.runDue();
        assertThat(told).containsExactly("Snapshot[bob]", "SelfEvicted[bob]");
    }

    @Test
    @DisplayName(
            "is told of an eviction from before the snapshot before it sees its own member, which joined again, in the group")
    void rejoinedBeforeSnapshot() throws Exception {
        rig.driver.roster.byHand();
        watch();
        var first = rig.driver.roster.last();
        rig.driver.roster.answer(look -> whole(2, entry("bob")));
        group.join();
        EnrolmentId was = rig.driver.enrol.last().argument.id();
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of(was)));
        rig.coordinator.changed(new Subject.Session(was.session()));
        rig.driver.renew.answer(renewing -> new Renewal.Renewed(Set.of(), Set.of()));
        rig.time.runDue();
        EnrolmentId is = rig.driver.enrol.last().argument.id();
        assertThat(is).isNotEqualTo(was);
        first.answer(whole(3, entry("bob"), new RosterEntry(is, "{}", Instant.EPOCH, Instant.EPOCH)));
        rig.time.runDue();
        assertThat(told).containsExactly("Snapshot[bob]", "SelfEvicted[bob]", "Joined[ada, bob]");
    }

    @Test
    @DisplayName("that comes later shares the look, and gets a snapshot of its own")
    void secondWatcher() {
        watch();
        sees(whole(2, entry("bob")));
        int looks = rig.driver.roster.count();
        List<GroupEvent> second = new ArrayList<>();
        group.watch(second::add);
        assertThat(second).singleElement().isInstanceOf(GroupEvent.Snapshot.class);
        assertThat(rig.driver.roster.count()).isEqualTo(looks);
    }

    @Test
    @DisplayName("that was closed sees nothing more, and the last one ends the look")
    void closed() {
        Subscription one = watch();
        Subscription two = watch();
        one.close();
        assertThat(rig.driver.unwatched).isEmpty();
        two.close();
        two.close();
        assertThat(rig.driver.unwatched).containsExactly(new Subject.Group("workers"));
        int looks = rig.driver.roster.count();
        sees(whole(2, entry("bob")));
        rig.time.advance(Duration.ofHours(1));
        assertThat(rig.driver.roster.count()).isEqualTo(looks);
        assertThat(rig.time.pending()).isZero();
    }

    @Test
    @DisplayName("that is closed while a look begins leaves no watch behind")
    void closedWhileLooking() {
        rig.driver.watch.byHand();
        Subscription one = watch();
        one.close();
        rig.driver.watch.last().answer(Duration.ofMinutes(1));
        rig.time.runDue();
        assertThat(rig.driver.unwatched).hasSize(2);
        assertThat(rig.timersLeft()).isZero();
    }

    @Test
    @DisplayName("may call back into the coordinator, from another thread too, within its very first event")
    void callsBack() {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<String> inner = new ArrayList<>();
        group.watch(event -> {
            Thread other = new Thread(() -> group.watch(again -> inner.add(short_(again))));
            other.start();
            try {
                other.join(5_000);
                if (other.isAlive()) {
                    failure.set(new AssertionError("stuck behind a lock"));
                }
            } catch (InterruptedException e) {
                failure.set(e);
            }
        });
        assertThat(failure.get()).isNull();
        assertThat(inner).containsExactly("Snapshot[]");
    }

    @Test
    @DisplayName("is spared while the backend fails, and goes on by itself after it")
    void outage() {
        watch();
        rig.driver.watch.fail();
        rig.coordinator.changed(new Subject.Group("workers"));
        rig.time.advance(Duration.ofSeconds(30));
        assertThat(rig.driver.watch.count()).isBetween(20, 60);
        rig.driver.watch.answer(subject -> Duration.ofMinutes(1));
        rig.driver.roster.answer(look -> whole(2, entry("bob")));
        rig.time.advance(Duration.ofSeconds(2));
        assertThat(told).containsExactly("Snapshot[]", "Joined[bob]");
    }

    @Test
    @DisplayName("does not look in circles when the driver signals within each look")
    void signalsWithinLooks() {
        rig.driver.roster.answer(look -> {
            rig.coordinator.changed(new Subject.Group("workers"));
            return whole(1);
        });
        watch();
        assertThat(rig.driver.roster.count()).isEqualTo(1);
    }

    @Test
    @DisplayName("a partitioner follows the group, and fails in bounded time when its first view does not come")
    void partitioner() {
        rig.driver.roster.answer(look -> whole(1, entry("ada")));
        Partitioner partitioner = group.async().partitioner("weight").join();
        assertThat(partitioner.owns("key")).isTrue();
        partitioner.close();

        rig.driver.watch.fail();
        CompletableFuture<Partitioner> late = group.async().partitioner("weight");
        rig.time.advance(Rig.CALL_TIMEOUT);
        assertThatThrownBy(late::join).hasMessageContaining("did not answer");
        rig.time.advance(Duration.ofSeconds(2));
        int looks = rig.driver.watch.count();
        rig.time.advance(Duration.ofSeconds(10));
        assertThat(rig.driver.watch.count()).isEqualTo(looks);

        CompletableFuture<Partitioner> never = group.async().partitioner("weight");
        rig.coordinator.close();
        assertThat(never).isCompletedExceptionally();
        assertThat(group.async().partitioner("weight")).isCompletedExceptionally();
        assertThat(rig.timersLeft()).isZero();
    }
}
