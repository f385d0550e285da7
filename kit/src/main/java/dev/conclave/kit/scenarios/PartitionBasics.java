package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.Membership;
import dev.conclave.Partitioner;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.ring.HashRing;
import dev.conclave.ring.Rebalance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;

/** Partitions. That the ring places keys as the reference does is shown where the ring is, in core. */
public abstract class PartitionBasics extends ScenarioGroup {
    private static final List<String> KEYS =
            IntStream.range(0, 2_000).mapToObj(i -> "tenant-" + i).toList();

    /** For the kit. */
    protected PartitionBasics() {}

    @Scenario("B9")
    @DisplayName("Once views agree, every key has one owner, and all members say the same")
    void agreement(Stage stage) throws Exception {
        List<Partitioner> partitioners = new ArrayList<>();
        for (String member : List.of("ada", "bob", "eve")) {
            Coordinator coordinator = stage.member(member);
            coordinator.group("workers").join();
            partitioners.add(coordinator.group("workers").partitioner());
        }
        awaitMembers(partitioners, Set.of("ada", "bob", "eve"));

        for (String key : KEYS) {
            assertThat(partitioners.stream().filter(p -> p.owns(key))).hasSize(1);
            assertThat(partitioners.stream().map(p -> p.ownerOf(key)).distinct())
                    .hasSize(1);
            assertThat(partitioners.stream().map(p -> p.ownersOf(key, 2)).distinct())
                    .hasSize(1);
            assertThat(partitioners.get(0).ownersOf(key, 2))
                    .hasSize(2)
                    .doesNotHaveDuplicates()
                    .startsWith(partitioners.get(0).ownerOf(key).orElseThrow());
            assertThat(partitioners.get(0).ownersOf(key, 9)).containsExactlyInAnyOrder("ada", "bob", "eve");
        }
        Partitioner observer = stage.member("observer").group("workers").partitioner();
        assertThat(observer.owns(KEYS.get(0))).isFalse();
        assertThat(observer.ownerOf(KEYS.get(0))).isEqualTo(partitioners.get(0).ownerOf(KEYS.get(0)));
        partitioners.forEach(Partitioner::close);
        observer.close();
    }

    private static void awaitMembers(Collection<Partitioner> partitioners, Set<String> members) throws Exception {
        for (Partitioner partitioner : partitioners) {
            Await.until(
                    "the ring to have " + members,
                    () -> new TreeSet<>(partitioner.ring().members().keySet()).equals(new TreeSet<>(members)));
        }
    }

    @Scenario("B9")
    @DisplayName("A join moves keys only to the new member, a leave only from the old one, and listeners are told")
    void leastMovement(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        ada.group("workers").join();
        stage.member("bob").group("workers").join();
        stage.member("eve").group("workers").join();
        try (Partitioner partitioner = ada.group("workers").partitioner()) {
            awaitMembers(List.of(partitioner), Set.of("ada", "bob", "eve"));
            Heard<Rebalance> heard = stage.hear();
            partitioner.onRebalance(heard);
            HashRing three = partitioner.ring();
            Membership zoe = stage.member("zoe").group("workers").join();
            awaitMembers(List.of(partitioner), Set.of("ada", "bob", "eve", "zoe"));
            HashRing four = partitioner.ring();
            zoe.leave();
            awaitMembers(List.of(partitioner), Set.of("ada", "bob", "eve"));

            for (String key : KEYS) {
                if (!three.owner(key).equals(four.owner(key))) {
                    assertThat(four.owner(key)).contains("zoe");
                }
            }
            assertThat(Rebalance.movedShare(three, four)).isBetween(0.2, 0.3);
            assertThat(partitioner.ring()).isEqualTo(three);
            heard.awaitLast(
                    "the second rebalance", rebalance -> rebalance.after().equals(three));
            assertThat(heard.all()).extracting(Rebalance::before).containsExactly(three, four);
            assertThat(heard.all()).extracting(Rebalance::after).containsExactly(four, three);
        }
    }

    @Scenario("B9")
    @DisplayName("Weights come from the capabilities: three times the weight, about three times the keys; none, none")
    void weights(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Membership adas = ada.group("workers").join(Capabilities.of("weight", 3));
        stage.member("bob").group("workers").join();
        stage.member("eve").group("workers").join(Capabilities.of("weight", 0));
        try (Partitioner partitioner = ada.group("workers").partitioner()) {
            awaitMembers(List.of(partitioner), Set.of("ada", "bob", "eve"));

            long owned = KEYS.stream().filter(partitioner::owns).count();
            assertThat((double) owned / KEYS.size()).isBetween(0.7, 0.8);
            assertThat(KEYS).noneMatch(key -> partitioner.ownerOf(key).equals(Optional.of("eve")));
            adas.update(Capabilities.of("weight", 0));
            Await.until("ada to own nothing", () -> KEYS.stream().noneMatch(partitioner::owns));
        }
    }
}
