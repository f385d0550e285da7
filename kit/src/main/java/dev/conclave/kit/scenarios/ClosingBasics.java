package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.LossReason;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.TermLog;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.line.Line;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;

/** Closing a coordinator: parity with the reference's own suite. */
public abstract class ClosingBasics extends ScenarioGroup {
    /** For the kit. */
    protected ClosingBasics() {}

    // The time-to-live is beyond all patience here: what others learn, they learn from the closing.
    @Scenario(value = "B5", ttl = "10m")
    @DisplayName("Closing releases the grants, ends the leaderships and leaves the groups, and others are told at once")
    void othersAreTold(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");
        Grant adas = ada.lock("invoice").acquire();
        TermLog adasTerms = stage.candidate();
        ada.election("boss").run(adasTerms);
        adasTerms.awaitTerm(1);
        ada.group("workers").join();
        UserThread<Grant> waiting = UserThread.doing(() -> bob.lock("invoice").acquire());
        TermLog bobsTerms = stage.candidate();
        bob.election("boss").run(bobsTerms);
        Heard<GroupEvent> heard = stage.hear();
        bob.group("workers").watch(heard);
        Await.until("bob to wait", () -> bob.lock("invoice").info().waiters() == 1);
        heard.await("ada", Follower.shows("ada"));

        ada.close();

        assertThat(waiting.result().fencingToken()).isGreaterThan(adas.fencingToken());
        assertThat(bobsTerms.awaitTerm(1).term())
                .isGreaterThan(adasTerms.terms().get(0).leadership().term());
        heard.await("ada's leaving", Follower.isLeft("ada"));
        assertThat(adas.isValid()).isFalse();
        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.RELEASED);
        assertThat(adasTerms.awaitRevoked(1).reason()).isEqualTo(LossReason.RELEASED);
        ada.close();
        assertThatThrownBy(() -> ada.lock("invoice").tryAcquire()).isInstanceOf(IllegalStateException.class);
    }

    @Scenario(value = "B5", ttl = "2s")
    @DisplayName("Closing is bounded when the backend does not answer, and the session then ends by itself")
    void boundedWhenCutOff(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        Coordinator bob = stage.member("bob");
        stage.keep(ada.lock("invoice").acquire());
        line.drop();
        long start = System.nanoTime();

        ada.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(stage.ttl(1).plus(Stage.SLACK));
        assertThat(bob.lock("invoice").tryAcquire(stage.ttl(1).plus(Stage.SLACK)))
                .isPresent();
    }
}
