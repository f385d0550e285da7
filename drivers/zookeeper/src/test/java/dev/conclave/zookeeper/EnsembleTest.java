package dev.conclave.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.ClaimState;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.Trait;
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

    private ZooKeeperEnsemble ensemble;
    private Coordinator ada;
    private Coordinator bob;

    @BeforeEach
    void start() throws Exception {
        ensemble = ZooKeeperEnsemble.start();
        // Ada's connection is to the first server, until that is lost.
        ada = Conclave.connect(url("6s"), "ada");
        bob = Conclave.connect(url("6s"), "bob");
    }

    private String url(String ttl) {
        return "zookeeper://" + ensemble.authority() + "/some/root?ttl=" + ttl;
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
        assertThat(bob.group("workers").view().members()).hasSize(2);
        assertThat(grant.verify()).isTrue();
    }

    /** For longer than the session lives without a renewal. */
    private void assertStillHeld(Grant grant) {
        await().during(Duration.ofSeconds(7))
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    assertThat(grant.state()).isNotEqualTo(ClaimState.LOST);
                    return true;
                });
        await().atMost(PATIENCE).until(() -> grant.state() == ClaimState.HELD);
        assertThat(busy()).isTrue();
    }

    private boolean busy() {
        try {
            return bob.lock("invoice").tryAcquire().isEmpty();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
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
        long start = System.nanoTime();

        await().atMost(PATIENCE).until(() -> grant.state() == ClaimState.AT_RISK);
        assertThat(grant.isValid()).isTrue();
        await().atMost(PATIENCE).until(() -> grant.state() == ClaimState.LOST);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));

        ensemble.start(two);
        Grant next = bob.lock("invoice").acquire(PATIENCE);
        assertThat(next.fencingToken()).isGreaterThan(token);
    }
}
