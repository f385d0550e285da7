package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Holder;
import dev.conclave.Leader;
import dev.conclave.LockInfo;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.TermLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;

/** What an operator sees and does. */
public abstract class Operations extends ScenarioGroup {
    /** For the kit. */
    protected Operations() {}

    @Scenario("N8")
    @DisplayName("A third member sees who holds a lock, since when, with which token, and how many wait")
    void info(Stage stage) throws Exception {
        Grant grant = stage.member("ada").lock("invoice").acquire();
        CompletableFuture<Grant> waiting =
                stage.member("bob").lock("invoice").async().acquire();
        Coordinator eve = stage.member("eve");
        Await.until("bob to wait", () -> eve.lock("invoice").info().waiters() == 1);

        LockInfo info = eve.lock("invoice").info();

        assertThat(info.name()).isEqualTo("invoice");
        assertThat(info.isFree()).isFalse();
        assertThat(info.isShared()).isFalse();
        Holder holder = info.holders().get(0);
        assertThat(holder.member()).isEqualTo("ada");
        assertThat(holder.token()).isEqualTo(grant.fencingToken());
        assertThat(holder.incarnation()).isNotEmpty();
        assertThat(holder.since()).isNotNull();
        assertThat(holder.expiresIn()).isBetween(Duration.ZERO, stage.ttl(1.1));
        assertThat(eve.locks()).hasSize(1);
        assertThat(eve.locks().get(0).waiters()).isEqualTo(1);
        assertThat(eve.lock("unknown").info()).isEqualTo(new LockInfo("unknown", List.of(), 0));
        grant.release();
        Await.result("bob's grant", waiting).release();
        assertThat(eve.locks()).isEmpty();
    }

    @Scenario("N8")
    @DisplayName(
            "Breaking with the wrong token does nothing; with the right one the holder is told and the next one gets the lock")
    void breaking(Stage stage) throws Exception {
        Grant adas = stage.member("ada").lock("invoice").acquire();
        CompletableFuture<Grant> bobs =
                stage.member("bob").lock("invoice").async().acquire();
        Coordinator eve = stage.member("eve");
        Await.until("bob to wait", () -> eve.lock("invoice").info().waiters() == 1);

        assertThat(eve.lock("invoice").breakGrant(adas.fencingToken() + 1)).isFalse();
        assertThat(eve.lock("invoice").breakGrant(adas.fencingToken() - 1)).isFalse();
        assertThat(eve.lock("other").breakGrant(adas.fencingToken())).isFalse();
        assertThat(adas.verify()).isTrue();
        assertThat(eve.lock("invoice").breakGrant(adas.fencingToken())).isTrue();

        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.FORGOTTEN);
        Grant next = Await.result("bob's grant", bobs);
        assertThat(next.fencingToken()).isGreaterThan(adas.fencingToken());
        assertThat(eve.lock("invoice").breakGrant(adas.fencingToken())).isFalse();
        assertThat(adas.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
        assertThat(next.verify()).isTrue();
    }

    @Scenario("N8")
    @DisplayName("Breaking one of several shared grants leaves the others")
    void breakingOneOfMany(Stage stage) throws Exception {
        Grant first = stage.member("ada").lock("ledger").shared().acquire();
        Grant second = stage.member("bob").lock("ledger").shared().acquire();
        Coordinator eve = stage.member("eve");

        assertThat(eve.lock("ledger").breakGrant(first.fencingToken())).isTrue();

        stage.awaitLost(first);
        assertThat(second.verify()).isTrue();
        assertThat(eve.lock("ledger").info().holders()).hasSize(1);
    }

    @Scenario("N8")
    @DisplayName("A third member sees who leads, with the term and since when")
    void leader(Stage stage) throws Exception {
        TermLog terms = stage.candidate();
        stage.member("ada").election("boss").run(terms, "payload");
        long term = terms.awaitTerm(1).term();

        Leader leader = stage.member("eve").election("boss").leader().orElseThrow();

        assertThat(leader.member()).isEqualTo("ada");
        assertThat(leader.term()).isEqualTo(term);
        assertThat(leader.payload()).isEqualTo("payload");
        assertThat(leader.since()).isNotNull();
    }
}
