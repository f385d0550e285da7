package dev.conclave.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.ClaimState;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.LossReason;
import dev.conclave.Trait;
import dev.conclave.kit.Await;
import dev.conclave.servers.ZooKeeperEnsemble;
import dev.conclave.servers.ZooKeeperServer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An ensemble of three servers")
class EnsembleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    // Three servers elect another leader within it, also where they share two processors with all that runs beside
    // them.
    private static final Duration TTL = Duration.ofSeconds(9);

    private ZooKeeperEnsemble ensemble;
    private Coordinator ada;
    private Coordinator bob;

    @BeforeEach
    void start() throws Exception {
        ensemble = ZooKeeperEnsemble.start();
        // Ada's connection is to the first server, until that is lost.
        ada = connected("ada");
        bob = connected("bob");
    }

    private Coordinator connected(String member) throws Exception {
        String url = "zookeeper://" + ensemble.authority() + "/some/root?ttl=" + TTL.toSeconds() + "s";
        return Await.answer("a connection", () -> Conclave.connect(url, member));
    }

    @AfterEach
    void stop() throws Exception {
        ada.close();
        bob.close();
        ensemble.close();
    }

    @Test
    @DisplayName(
            "keeps grants and memberships while each of its servers in turn, also the leader, is killed and comes back")
    void losesOneServerAfterTheOther() throws Exception {
        assertThat(ada.requiring(Trait.SURVIVES_FAILOVER)).isSameAs(ada);
        Grant grant = ada.lock("invoice").acquire();
        Queue<GroupEvent> events = new ConcurrentLinkedQueue<>();
        ada.group("workers").join();
        bob.group("workers").join();
        bob.group("workers").watch(events::add);

        for (ZooKeeperServer server : ensemble.servers()) {
            server.process().kill();
            assertStillHeld(grant);
            server.process().start();
        }
        ZooKeeperServer leader = ensemble.leader();
        leader.process().kill();
        assertStillHeld(grant);

        assertThat(events).noneMatch(GroupEvent.Left.class::isInstance);
        assertThat(Await.answer("the group", () -> bob.group("workers").view()).members())
                .hasSize(2);
        assertThat(Await.answer("the grant to be asked for", grant::verify)).isTrue();
    }

    /** For longer than the session lives without a renewal. */
    private void assertStillHeld(Grant grant) {
        await().during(TTL.plusSeconds(1))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertThat(grant.state()).isNotEqualTo(ClaimState.LOST);
                    return true;
                });
        await().atMost(PATIENCE).until(() -> grant.state() == ClaimState.HELD);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> bob.lock("invoice").tryAcquire().isEmpty());
    }

    @Test
    @DisplayName("without a quorum puts grants at risk, then loses them, and serves again when the quorum is back")
    void losesItsQuorum() throws Exception {
        Grant grant = ada.lock("invoice").acquire();
        long token = grant.fencingToken();
        List<ZooKeeperServer> two = ensemble.servers().subList(0, 2);
        for (ZooKeeperServer server : two) {
            server.process().kill();
        }
        assertThat(grant.validFor()).as("what no renewal can prolong any more").isLessThanOrEqualTo(TTL);

        await().atMost(PATIENCE).until(() -> grant.state() == ClaimState.AT_RISK);
        await().atMost(PATIENCE).until(() -> grant.state() == ClaimState.LOST);
        assertThat(grant.isValid()).isFalse();
        assertThat(grant.lost().get().reason()).isEqualTo(LossReason.EXPIRED);

        ensemble.start(two);
        Grant next = bob.lock("invoice").acquire(PATIENCE);
        assertThat(next.fencingToken()).isGreaterThan(token);
    }
}
