package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.ClaimState;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.line.Mishap;
import dev.conclave.kit.line.Step;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.process.Belief;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;

/** What a member is told whose line to the backend fails, or whose claim an administrator took away. */
public abstract class LosingLines extends ScenarioGroup {
    /** For the kit. */
    protected LosingLines() {}

    @Scenario(value = "L2", ttl = "5s")
    @DisplayName("A holder whose messages are silently dropped declares its loss before anybody else gets the lock")
    void silentDrop(Stage stage) throws Exception {
        Line line = stage.line();
        Grant adas = stage.member("ada", line).lock("invoice").acquire();
        Coordinator bob = stage.member("bob");
        Belief belief = Belief.in(adas);
        line.drop();

        stage.keep(bob.lock("invoice").tryAcquire(Await.PATIENCE).orElseThrow());

        assertNoOverlap(stage, belief, System.nanoTime());
        Loss loss = stage.awaitLost(adas);
        assertThat(loss.reason()).isEqualTo(LossReason.EXPIRED);
        assertThat(loss.explanation()).contains("ada");
        assertThat(adas.state()).isEqualTo(ClaimState.LOST);
    }

    private static void assertNoOverlap(Stage stage, Belief belief, long othersGrant) throws Exception {
        Await.until("the belief to end", belief::isOver);
        assertThat(belief.until() - othersGrant)
                .as("belief after another's grant, in nanoseconds")
                .isLessThanOrEqualTo(stage.backend().beliefOverlap().toNanos());
    }

    @Scenario(value = "L2", ttl = "5s")
    @DisplayName("A holder whose renewals fail while it can still read loses its grant all the same")
    void renewalsFailReadsWork(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        Grant adas = ada.lock("invoice").acquire();
        Belief belief = Belief.in(adas);
        for (int i = 0; i < 1_000; i++) {
            line.befall(Step.RENEW, Mishap.REQUEST_LOST);
        }
        assertThat(ada.lock("invoice").info().holders()).hasSize(1);

        stage.keep(
                stage.member("bob").lock("invoice").tryAcquire(Await.PATIENCE).orElseThrow());

        assertNoOverlap(stage, belief, System.nanoTime());
        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.EXPIRED);
        line.spare(Step.RENEW);
    }

    // None of nine Java libraries told its holder when the lock was deleted or the session ended at the server.
    @Scenario("L2")
    @DisplayName("A holder is told within a renewal interval that an administrator ended its session")
    void sessionEnded(Stage stage) throws Exception {
        Grant adas = stage.member("ada").lock("invoice").acquire();
        Administrator administrator = stage.administrator();
        long start = System.nanoTime();

        administrator.endSession(administrator.holding("invoice").id().session());

        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.FORGOTTEN);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(stage.ttl(0.34).plus(Stage.SLACK));
        assertThat(adas.isValid()).isFalse();
        assertThat(adas.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    @Scenario("L2")
    @DisplayName("A holder is told within a renewal interval that its claim was deleted while its session lives on")
    void claimDeleted(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Grant lost = ada.lock("invoice").acquire();
        Grant kept = ada.lock("ledger").acquire();
        Administrator administrator = stage.administrator();
        long start = System.nanoTime();

        administrator.driver().release(administrator.holding("invoice").id()).join();

        assertThat(stage.awaitLost(lost).reason()).isEqualTo(LossReason.FORGOTTEN);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(stage.ttl(0.34).plus(Stage.SLACK));
        assertThat(lost.verify()).isFalse();
        assertThat(kept.verify()).isTrue();
    }

    @Scenario("L2")
    @DisplayName("A holder that asks the backend learns at once that its claim is gone")
    void verify(Stage stage) throws Exception {
        Grant adas = stage.member("ada").lock("invoice").acquire();
        Administrator administrator = stage.administrator();
        assertThat(adas.verify()).isTrue();
        administrator.driver().release(administrator.holding("invoice").id()).join();

        assertThat(adas.verify()).isFalse();

        assertThat(adas.isValid()).isFalse();
        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.FORGOTTEN);
    }

    @Scenario(value = "L2", ttl = "5s", ownBackend = true)
    @DisplayName("A holder whose server stands still beyond the time-to-live has declared its loss by then")
    void serverStandsStill(Stage stage) throws Exception {
        Grant adas = stage.member("ada").lock("invoice").acquire();
        stage.backend().pause();
        try {
            Await.lasting(stage.ttl(1));
            assertThat(adas.isValid()).isFalse();
            assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.EXPIRED);
        } finally {
            stage.backend().resume();
        }
        Grant bobs =
                stage.member("bob").lock("invoice").tryAcquire(Await.PATIENCE).orElseThrow();
        assertThat(bobs.fencingToken()).isGreaterThan(adas.fencingToken());
    }

    @Scenario("L8")
    @DisplayName("isValid() asks nobody: it answers at once, and rightly, while the backend is silent")
    void validityIsLocal(Stage stage) throws Exception {
        Line line = stage.line();
        Grant adas = stage.member("ada", line).lock("invoice").acquire();
        line.drop();
        long requests = line.count() - line.count(Step.RENEW);
        long start = System.nanoTime();
        for (int i = 0; i < 100_000; i++) {
            assertThat(adas.isValid()).isTrue();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Stage.SLACK);
        assertThat(line.count() - line.count(Step.RENEW)).isEqualTo(requests);
    }

    @Scenario(value = "L8", ttl = "5s")
    @DisplayName("Validity counts from when a renewal was sent, not from when its late reply came")
    void lateReplies(Stage stage) throws Exception {
        lateReplies(stage, 0.6);
    }

    @Scenario(value = "L8", ttl = "5s")
    @DisplayName("A reply that is late by 0.9 of the time-to-live keeps nobody believing beyond the backend's expiry")
    void veryLateReplies(Stage stage) throws Exception {
        lateReplies(stage, 0.9);
    }

    private static void lateReplies(Stage stage, double lateness) throws Exception {
        Line line = stage.line();
        ConnectOptions patient =
                ConnectOptions.builder().callTimeout(stage.ttl(1)).build();
        Grant adas = stage.member("ada", line, patient).lock("invoice").acquire();
        Coordinator bob = stage.member("bob");
        Belief belief = Belief.in(adas);
        line.delay(Direction.TO_MEMBER, stage.ttl(lateness));
        long renewals = line.count(Step.RENEW);
        Await.until("a renewal to be sent", () -> line.count(Step.RENEW) > renewals);
        line.drop(Direction.TO_BACKEND);

        stage.keep(bob.lock("invoice").tryAcquire(Await.PATIENCE).orElseThrow());

        assertNoOverlap(stage, belief, System.nanoTime());
    }
}
