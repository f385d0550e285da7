package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.line.Mishap;
import dev.conclave.kit.line.Step;
import dev.conclave.kit.net.Direction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;

/** Who gives up an acquisition leaves nothing behind, wherever it stood (CURATOR-335, jetcd #291). */
public abstract class GivingUp extends ScenarioGroup {
    /** For the kit. */
    protected GivingUp() {}

    @Scenario("L6")
    @DisplayName("A waiter that is interrupted leaves the queue at once, and the lock comes free when it is released")
    void interrupted(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Grant held = stage.member("ada").lock("invoice").acquire();
        Coordinator bob = stage.member("bob");
        UserThread<Grant> waiting = UserThread.doing(() -> bob.lock("invoice").acquire());
        Await.until("bob to wait", () -> administrator.lock("invoice").waiters() == 1);

        waiting.interrupt();

        assertThatThrownBy(waiting::result).isInstanceOf(InterruptedException.class);
        Await.until(
                "bob to be out of the queue",
                stage.ttl(0.5),
                () -> administrator.lock("invoice").waiters() == 0);
        held.release();
        assertThat(administrator.lock("invoice").holders()).isEmpty();
        assertThat(bob.lock("invoice").tryAcquire()).isPresent();
    }

    @Scenario("L6")
    @DisplayName("A thread that is interrupted before it asks gets nothing; releasing works and keeps the flag")
    void interruptFlag(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Grant held = ada.lock("ledger").acquire();
        UserThread<Boolean> user = UserThread.doing(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> ada.lock("invoice").acquire()).isInstanceOf(InterruptedException.class);
            Thread.currentThread().interrupt();
            assertThat(held.release()).isEqualTo(ReleaseResult.RELEASED);
            return Thread.interrupted();
        });

        assertThat(user.result()).as("the flag after the release").isTrue();
        Administrator administrator = stage.administrator();
        Await.until("nothing to be held", () -> administrator.locks().isEmpty());
    }

    @Scenario("L6")
    @DisplayName("Cancelled at each step, with the request or its reply lost: nothing is left within the time-to-live")
    void cancelled(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Coordinator bob = stage.member("bob");
        for (Step step : List.of(Step.OPEN_SESSION, Step.CLAIM)) {
            for (Mishap mishap : List.of(Mishap.REQUEST_LOST, Mishap.REPLY_LOST)) {
                String lock = step + " " + mishap;
                Line line = stage.line();
                Coordinator ada = stage.member("ada " + lock, line);
                line.befall(step, mishap);
                CompletableFuture<Grant> asking = ada.lock(lock).async().acquire();
                Await.until("the step to be under way", () -> line.count(step) > 0);

                asking.cancel(true);

                nothingIsLeft(stage, administrator, bob, lock);
            }
        }
    }

    @Scenario("L6")
    @DisplayName(
            "Interrupted at each step, with the request or its reply lost: nothing is left within the time-to-live")
    void interruptedAtEachStep(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Coordinator bob = stage.member("bob");
        for (Step step : List.of(Step.OPEN_SESSION, Step.CLAIM)) {
            for (Mishap mishap : List.of(Mishap.REQUEST_LOST, Mishap.REPLY_LOST)) {
                String lock = step + " " + mishap;
                Line line = stage.line();
                Coordinator ada = stage.member("ada " + lock, line);
                line.befall(step, mishap);
                UserThread<Grant> asking = UserThread.doing(() -> ada.lock(lock).acquire());
                Await.until("the step to be under way", () -> line.count(step) > 0);

                asking.interrupt();

                assertThatThrownBy(asking::result).isInstanceOf(InterruptedException.class);
                nothingIsLeft(stage, administrator, bob, lock);
            }
        }
    }

    /** Somebody else gets the lock, and afterwards nobody holds it nor waits for it. */
    private static void nothingIsLeft(Stage stage, Administrator administrator, Coordinator other, String lock)
            throws Exception {
        Optional<Grant> grant = other.lock(lock).tryAcquire(stage.ttl(1).plus(Stage.SLACK));
        assertThat(grant).as(lock).isPresent();
        Await.until("nobody to wait for " + lock, () -> administrator.lock(lock).waiters() == 0);
        grant.get().release();
        // Not at once: the request may have been about to be sent when it was given up, and arrive only now.
        Await.until(
                "nobody to hold " + lock,
                stage.ttl(1).plus(Stage.SLACK),
                () -> administrator.lock(lock).holders().isEmpty());
    }

    @Scenario(value = "L6", ttl = "2s")
    @DisplayName("Timed out with the reply lost: whoever is told 'no' holds nothing within the time-to-live")
    void timedOut(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Coordinator bob = stage.member("bob");
        for (Step step : List.of(Step.OPEN_SESSION, Step.CLAIM)) {
            for (Mishap mishap : Mishap.values()) {
                String lock = step + " " + mishap;
                Line line = stage.line();
                Coordinator ada = stage.member("ada " + lock, line);
                line.befall(step, mishap);
                try {
                    // Asked again it may well be granted: then it is a true grant, and is released.
                    ada.lock(lock).tryAcquire(Duration.ofMillis(100)).ifPresent(Grant::release);
                } catch (BackendUnavailableException e) {
                    assertThat(e.isTransient()).isTrue();
                }
                nothingIsLeft(stage, administrator, bob, lock);
            }
        }
    }

    @Scenario("L6")
    @DisplayName("A grant that comes after its waiter has gone is given back at once")
    void lateGrant(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        ada.lock("first").acquire().release();
        line.drop(Direction.TO_MEMBER);
        CompletableFuture<Grant> asking = ada.lock("invoice").async().acquire();
        Await.until(
                "the claim to stand",
                () -> !administrator.lock("invoice").holders().isEmpty());

        asking.cancel(true);
        line.heal();

        Await.until(
                "the claim to be given back",
                stage.ttl(0.5),
                () -> administrator.lock("invoice").holders().isEmpty());
        assertThat(stage.member("bob").lock("invoice").tryAcquire()).isPresent();
    }

    @Scenario("L6")
    @DisplayName("A waiter that is cancelled in the queue does not keep the next one waiting")
    void cancelledInQueue(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Grant held = stage.member("ada").lock("invoice").acquire();
        CompletableFuture<Grant> second =
                stage.member("bob").lock("invoice").async().acquire();
        Await.until("bob to wait", () -> administrator.lock("invoice").waiters() == 1);
        CompletableFuture<Grant> third =
                stage.member("eve").lock("invoice").async().acquire();
        Await.until("eve to wait", () -> administrator.lock("invoice").waiters() == 2);

        second.cancel(true);
        held.release();

        assertThat(Await.result("eve's grant", third).isValid()).isTrue();
        Await.until("nobody to wait", () -> administrator.lock("invoice").waiters() == 0);
    }

    @Scenario(value = "L6", ttl = "5s")
    @DisplayName("A release whose reply is lost is repeated until it is confirmed")
    void releaseUnconfirmed(Stage stage) throws Exception {
        for (Mishap mishap : Mishap.values()) {
            Line line = stage.line();
            Grant grant = stage.member("ada " + mishap, line)
                    .lock("invoice " + mishap)
                    .acquire();
            line.befall(Step.RELEASE, mishap);

            assertThat(grant.release()).isEqualTo(ReleaseResult.UNKNOWN);

            assertThat(grant.isValid()).isFalse();
            assertThat(stage.member("bob")
                            .lock("invoice " + mishap)
                            .tryAcquire(stage.ttl(1).plus(Stage.SLACK)))
                    .isPresent();
        }
    }
}
