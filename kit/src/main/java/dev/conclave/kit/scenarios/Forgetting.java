package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.LossReason;
import dev.conclave.Member;
import dev.conclave.Membership;
import dev.conclave.Trait;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.TermLog;
import org.junit.jupiter.api.DisplayName;

/** A backend that forgets while members hold and lead. */
public abstract class Forgetting extends ScenarioGroup {
    /** For the kit. */
    protected Forgetting() {}

    /** One way of forgetting. */
    @FunctionalInterface
    private interface Fault {
        void strike(Stage stage) throws Exception;
    }

    @Scenario(value = "N5", ttl = "5s", ownBackend = true)
    @DisplayName("The server is flushed: holders are told, leaders are told and race again, groups heal, tokens grow")
    void flush(Stage stage) throws Exception {
        afterwards(stage, s -> s.backend().flush());
    }

    @Scenario(value = "N5", ttl = "5s", ownBackend = true)
    @DisplayName(
            "The server restarts with nothing: holders are told, leaders are told and race again, groups heal, tokens grow")
    void restartEmpty(Stage stage) throws Exception {
        afterwards(stage, s -> s.backend().restartEmpty());
    }

    private static void afterwards(Stage stage, Fault fault) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");
        Grant grant = ada.lock("invoice").acquire();
        TermLog terms = stage.candidate();
        ada.election("boss").run(terms);
        terms.awaitTerm(1);
        Membership membership = ada.group("workers").join(Capabilities.of("cpu", 8));

        fault.strike(stage);

        // A backend that lost only what nobody holds has forgotten nothing that matters.
        if (stage.promises(Trait.VOLATILE)) {
            assertThat(stage.awaitLost(grant).reason()).isIn(LossReason.FORGOTTEN, LossReason.EXPIRED);
            terms.awaitRevoked(1);
        }
        grant.release();
        assertThat(bob.lock("invoice").acquire(Await.PATIENCE).fencingToken()).isGreaterThan(grant.fencingToken());
        Await.until("ada to lead again", () -> terms.current().isPresent());
        Await.until(
                "the group to heal",
                () -> membership.incarnation().isPresent()
                        && bob.groups().contains("workers")
                        && bob.group("workers")
                                .view()
                                .member("ada")
                                .map(Member::capabilities)
                                .filter(Capabilities.of("cpu", 8)::equals)
                                .isPresent());
    }

    @Scenario(value = "N5", ttl = "5s", ownBackend = true)
    @DisplayName("The server restarts with what it stored: what a durable driver holds, it still holds")
    void restart(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Grant grant = ada.lock("invoice").acquire();
        ada.group("empty").create();

        stage.backend().restart();

        Coordinator bob = stage.member("bob");
        if (stage.promises(Trait.DURABLE)) {
            assertThat(bob.groups()).contains("empty");
        }
        boolean valid = grant.isValid();
        boolean taken = Await.answer("bob to be told", () -> bob.lock("invoice").tryAcquire())
                .isPresent();
        assertThat(taken && valid && grant.isValid()).as("both hold").isFalse();
        grant.release();
        assertThat(bob.lock("ledger").acquire(Await.PATIENCE).isValid()).isTrue();
    }
}
