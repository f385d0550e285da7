package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Capabilities;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.GroupEvent;
import dev.conclave.JoinOptions;
import dev.conclave.LossReason;
import dev.conclave.Member;
import dev.conclave.MemberAlreadyJoinedException;
import dev.conclave.MemberNotJoinedException;
import dev.conclave.Membership;
import dev.conclave.View;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Size;
import dev.conclave.kit.Stage;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.net.Direction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;

/** Groups whose members or watchers are cut off, taken over, or forgotten. */
public abstract class GroupFaults extends ScenarioGroup {
    /** For the kit. */
    protected GroupFaults() {}

    @Scenario(value = "G1", ttl = "5s")
    @DisplayName("A member that is cut off is told that it is out, and joins again by itself; others see both")
    void cutOff(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        Heard<GroupEvent> adas = stage.hear();
        Heard<GroupEvent.SelfEvicted> evictions = stage.hear();
        Membership membership = ada.group("workers").join(Capabilities.of("cpu", 8));
        ada.group("workers").watch(adas);
        membership.onEvicted(evictions);
        String first = membership.incarnation().orElseThrow();
        Heard<GroupEvent> bobs = stage.hear();
        stage.member("bob").group("workers").watch(bobs);
        bobs.await("ada", Follower.shows("ada"));
        line.drop();
        bobs.await("ada's leaving", Follower.isLeft("ada"));

        GroupEvent.SelfEvicted told = adas.await(GroupEvent.SelfEvicted.class);
        assertThat(told.loss().reason()).isEqualTo(LossReason.EXPIRED);
        assertThat(told.rejoining()).isTrue();
        assertThat(told.view().member("ada")).isEmpty();
        assertThat(membership.incarnation()).isEmpty();
        line.heal();

        GroupEvent again = bobs.await("ada's joining again", Follower.isJoined("ada"));
        assertThat(again.view().member("ada").orElseThrow().capabilities()).isEqualTo(Capabilities.of("cpu", 8));
        Await.until("ada to be in", () -> membership.incarnation().isPresent());
        assertThat(membership.incarnation().orElseThrow()).isNotEqualTo(first);
        adas.await(
                "ada's own joining",
                event -> isJoinedAs(event, membership.incarnation().orElseThrow()));
        evictions.await(GroupEvent.SelfEvicted.class);
        assertThat(evictions.all()).hasSize(1);
        Follower.assertConsistent(bobs.all());
    }

    private static boolean isJoinedAs(GroupEvent event, String incarnation) {
        return !(event instanceof GroupEvent.SelfEvicted)
                && event.view().members().stream()
                        .anyMatch(member -> member.incarnation().equals(incarnation));
    }

    @Scenario("G1")
    @DisplayName("A member whose session an administrator ended is told, and joins again; by option it stays out")
    void sessionEnded(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Membership returning = stage.member("ada").group("workers").join();
        Membership leaving = stage.member("bob")
                .group("workers")
                .join(Capabilities.none(), JoinOptions.defaults().withoutRejoining());
        Heard<GroupEvent.SelfEvicted> adas = stage.hear();
        Heard<GroupEvent.SelfEvicted> bobs = stage.hear();
        returning.onEvicted(adas);
        leaving.onEvicted(bobs);
        for (var entry : administrator.roster("workers")) {
            administrator.endSession(entry.id().session());
        }

        assertThat(adas.await(GroupEvent.SelfEvicted.class).rejoining()).isTrue();
        assertThat(bobs.await(GroupEvent.SelfEvicted.class).rejoining()).isFalse();
        Await.until("ada to be in again", () -> returning.incarnation().isPresent());
        assertThat(administrator.roster("workers")).hasSize(1);
        assertThatThrownBy(leaving::leave).isInstanceOf(MemberNotJoinedException.class);
    }

    // CURATOR-391 and jetcd #1055: a cache that lost its connection for a while missed what happened meanwhile, for
    // ever.
    @Scenario(value = "G2", ttl = "10s")
    @DisplayName("What a watcher has after any faults of its line is what a fresh reader sees, and its deltas add up")
    void viewsConverge(Stage stage) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Line line = stage.line();
        Heard<GroupEvent> heard = stage.hear();
        // Only the watcher's line fails, so only it has to be quick to ask again.
        ConnectOptions quick =
                ConnectOptions.builder().callTimeout(stage.ttl(0.06)).build();
        stage.member("watcher", line, quick).group("workers").watch(heard);
        List<Coordinator> members = List.of(stage.member("ada"), stage.member("bob"), stage.member("eve"));
        Membership[] memberships = new Membership[members.size()];
        Coordinator reader = stage.member("reader");
        reader.group("workers").join();
        for (int round = 0; round < Size.of(12, 300); round++) {
            for (int i = 0; i < 10; i++) {
                int member = random.nextInt(members.size());
                memberships[member] = act(members.get(member), Optional.ofNullable(memberships[member]), random)
                        .orElse(null);
                disturb(line, random);
            }
            line.heal();
            // Read again each time: a session may be over by now, and its member go after it was read.
            Await.until("the watcher to see what a fresh reader sees, seed " + seed, () -> {
                View fresh = reader.group("workers").view();
                return heard.last().filter(event -> event.view().equals(fresh)).isPresent();
            });
        }
        Follower.assertConsistent(heard.all());
    }

    private static Optional<Membership> act(Coordinator member, Optional<Membership> membership, Random random)
            throws InterruptedException {
        int number = random.nextInt();
        if (membership.isEmpty()) {
            return Optional.of(member.group("workers").join(Capabilities.of("number", number)));
        }
        if (number % 3 == 0) {
            membership.get().update(Capabilities.of("number", number));
            return membership;
        }
        membership.get().leave();
        return Optional.empty();
    }

    private static void disturb(Line line, Random random) throws Exception {
        switch (random.nextInt(12)) {
            case 0 -> line.drop(Direction.TO_BACKEND);
            case 1 -> line.drop(Direction.TO_MEMBER);
            case 2 -> line.cut();
            case 3 -> line.heal();
            default -> {
                // Let the fault last.
            }
        }
    }

    @Scenario(value = "G2", ttl = "30s", ownBackend = true)
    @DisplayName("A watcher whose backend lost the history starts again from a whole view")
    void historyLost(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        ada.group("workers").join();
        Heard<GroupEvent> heard = stage.hear();
        stage.member("bob").group("workers").watch(heard);
        heard.await("ada", Follower.shows("ada"));

        stage.backend().restart();
        stage.member("eve").group("workers").join();

        heard.awaitLast("both", event -> event.view().members().size() == 2);
        Follower.assertConsistent(heard.all());
        if (stage.backend().keepsHistory()) {
            assertThat(heard.all(GroupEvent.Resynced.class)).isEmpty();
        } else {
            assertThat(heard.all(GroupEvent.Left.class)).isEmpty();
        }
    }

    @Scenario("G3")
    @DisplayName("A second coordinator with a member's id takes it over: one of them is in, and the other is told")
    void takeOver(Stage stage) throws Exception {
        Heard<GroupEvent> heard = stage.hear();
        Coordinator bob = stage.member("bob");
        bob.group("workers").watch(heard);
        Membership older = stage.member("ada").group("workers").join();
        String first = older.incarnation().orElseThrow();
        heard.await("ada", Follower.shows("ada"));
        Heard<GroupEvent.SelfEvicted> evictions = stage.hear();
        older.onEvicted(evictions);

        Membership newer = stage.member("ada").group("workers").join();

        GroupEvent.SelfEvicted told = evictions.await(GroupEvent.SelfEvicted.class);
        assertThat(told.loss().reason()).isEqualTo(LossReason.TAKEN_OVER);
        assertThat(told.rejoining()).isFalse();
        String second = newer.incarnation().orElseThrow();
        heard.awaitLast("the newer incarnation", event -> isJoinedAs(event, second));
        assertThat(heard.all())
                .allSatisfy(event -> assertThat(event.view().members()).hasSizeLessThanOrEqualTo(1));
        assertThat(heard.all().stream()
                        .filter(Follower.isLeft("ada"))
                        .map(event -> ((GroupEvent.Left) event).member().incarnation()))
                .containsExactly(first);
        assertThat(older.incarnation()).isEmpty();
        assertThatThrownBy(() -> older.update(Capabilities.none())).isInstanceOf(MemberNotJoinedException.class);
        older.close();
        assertThat(bob.group("workers").view().members())
                .extracting(Member::incarnation)
                .containsExactly(second);
    }

    @Scenario("G3")
    @DisplayName("By option, a member id that is in the group already is refused, until that member is out")
    void refuseTakeOver(Stage stage) throws Exception {
        Membership first = stage.member("ada").group("workers").join();
        Coordinator second = stage.member("ada");
        JoinOptions options = JoinOptions.defaults().withoutTakingOver();

        assertThatThrownBy(() -> second.group("workers").join(Capabilities.none(), options))
                .isInstanceOf(MemberAlreadyJoinedException.class);

        assertThat(first.incarnation()).isPresent();
        first.leave();
        assertThat(second.group("workers").join(Capabilities.none(), options).incarnation())
                .isPresent();
    }

    @Scenario("G5")
    @DisplayName("A leave and re-join between two looks is not missed, and shows in the times")
    void leaveAndRejoin(Stage stage) throws Exception {
        Line line = stage.line();
        Heard<GroupEvent> heard = stage.hear();
        stage.member("watcher", line).group("workers").watch(heard);
        Coordinator ada = stage.member("ada");
        Membership first = ada.group("workers").join();
        heard.await("ada", Follower.shows("ada"));
        Member before = ada.group("workers").view().member("ada").orElseThrow();
        // The watcher cannot look while this happens.
        line.drop();
        first.leave();
        // Clocks that show milliseconds need some to pass before a later time can show.
        Await.lasting(Duration.ofMillis(5));
        ada.group("workers").join();
        line.heal();

        Member after = ada.group("workers").view().member("ada").orElseThrow();
        assertThat(after.joinedAt()).isAfter(before.joinedAt());
        heard.await(
                "the leaving, or a new beginning",
                event -> event instanceof GroupEvent.Left || event instanceof GroupEvent.Resynced);
        heard.awaitLast(
                "the new membership", event -> event.view().member("ada").equals(Optional.of(after)));
        Follower.assertConsistent(heard.all());
    }

    @Scenario("G5")
    @DisplayName("A new incarnation between two looks is not missed either")
    void newIncarnation(Stage stage) throws Exception {
        Line line = stage.line();
        Heard<GroupEvent> heard = stage.hear();
        stage.member("watcher", line).group("workers").watch(heard);
        stage.member("ada").group("workers").join();
        GroupEvent before = heard.await("ada", Follower.shows("ada"));
        line.drop();
        String incarnation =
                stage.member("ada").group("workers").join().incarnation().orElseThrow();
        line.heal();

        heard.awaitLast("the new incarnation", event -> isJoinedAs(event, incarnation));
        assertThat(before.view().member("ada").orElseThrow().incarnation()).isNotEqualTo(incarnation);
        Follower.assertConsistent(heard.all());
    }
}
