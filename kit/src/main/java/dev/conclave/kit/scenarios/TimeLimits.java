package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.line.Line;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** A time limit holds, whatever the backend does (spring-integration #1863; tooz on etcd and MySQL waits for ever). */
public abstract class TimeLimits extends ScenarioGroup {
    private static final Duration CALL_TIMEOUT = Duration.ofMillis(500);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
    private static final List<Duration> SHORT = List.of(
            Duration.ZERO,
            Duration.ofSeconds(-5),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofNanos(1),
            Duration.ofMillis(1),
            Duration.ofMillis(60),
            Duration.ofMillis(900));

    /** For the kit. */
    protected TimeLimits() {}

    private static ConnectOptions quickCalls() {
        return ConnectOptions.builder().callTimeout(CALL_TIMEOUT).build();
    }

    /** Asks, and fails unless it took as long as it should: no less, and little more. */
    private static Optional<Grant> timed(Coordinator coordinator, Duration patience, boolean waitsForAll)
            throws Exception {
        long start = System.nanoTime();
        try {
            return coordinator.lock("invoice").tryAcquire(patience);
        } catch (BackendUnavailableException e) {
            assertThat(e.isTransient()).isTrue();
            return Optional.empty();
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Duration allowed = patience.isNegative() ? Duration.ZERO : patience;
            // Asking once may take as long as one call to the backend may.
            assertThat(took)
                    .as("patience %s", patience)
                    .isLessThan(allowed.plus(CALL_TIMEOUT).plus(Stage.SLACK));
            if (waitsForAll) {
                assertThat(took).as("patience %s", patience).isGreaterThanOrEqualTo(allowed);
            }
        }
    }

    @Scenario("L7")
    @DisplayName("A free lock is granted whatever the patience: none, negative, a nanosecond, for ever")
    void free(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        for (Duration patience : List.of(Duration.ZERO, Duration.ofSeconds(-5), Duration.ofSeconds(10), FOR_EVER)) {
            long start = System.nanoTime();
            try (Grant grant = ada.lock("invoice").tryAcquire(patience).orElseThrow()) {
                assertThat(grant.isValid()).isTrue();
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Stage.SLACK);
        }
    }

    @Scenario("L7")
    @DisplayName("A lock that is held is waited for as long as the patience lasts, and no longer")
    void held(Stage stage) throws Exception {
        Coordinator bob = stage.member("bob", quickCalls());
        Coordinator ada = stage.member("ada");
        Grant grant = ada.lock("invoice").acquire();
        for (Duration patience : SHORT) {
            assertThat(timed(bob, patience, true)).isEmpty();
        }
        UserThread<Optional<Grant>> patient =
                UserThread.doing(() -> bob.lock("invoice").tryAcquire(FOR_EVER));
        Await.until("bob to wait", () -> ada.lock("invoice").info().waiters() == 1);
        grant.release();
        assertThat(patient.result()).isPresent();
    }

    @Scenario("L7")
    @DisplayName("A backend that is silent from before holds nobody up")
    void silentBefore(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator bob = stage.member("bob", line, quickCalls());
        bob.lock("other").acquire().release();
        line.drop();
        for (Duration patience : SHORT) {
            assertThat(timed(bob, patience, false)).isEmpty();
        }
    }

    @Scenario("L7")
    @DisplayName("A backend that refuses connections holds nobody up")
    void refusedBefore(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator bob = stage.member("bob", line, quickCalls());
        bob.lock("other").acquire().release();
        line.cut();
        for (Duration patience : SHORT) {
            assertThat(timed(bob, patience, false)).isEmpty();
        }
    }

    @Scenario("L7")
    @DisplayName("A backend that falls silent, or breaks, while one waits does not prolong the wait")
    void silentDuring(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        stage.keep(ada.lock("invoice").acquire());
        for (boolean silently : new boolean[] {true, false}) {
            Line line = stage.line();
            Coordinator bob = stage.member("bob " + silently, line, quickCalls());
            UserThread<Optional<Grant>> waiting = UserThread.doing(() -> timed(bob, Duration.ofSeconds(5), false));
            Await.until("bob to wait", () -> ada.lock("invoice").info().waiters() == 1);
            if (silently) {
                line.drop();
            } else {
                line.cut();
            }
            assertThat(waiting.result()).isEmpty();
            line.heal();
            Await.until(
                    "bob to be out of the queue",
                    () -> ada.lock("invoice").info().waiters() == 0);
        }
    }

    @Scenario(value = "L7", ownBackend = true)
    @DisplayName("A server that stands still holds nobody up")
    void serverPaused(Stage stage) throws Exception {
        Coordinator bob = stage.member("bob", quickCalls());
        bob.lock("other").acquire().release();
        stage.backend().pause();
        try {
            for (Duration patience : SHORT) {
                assertThat(timed(bob, patience, false)).isEmpty();
            }
        } finally {
            stage.backend().resume();
        }
        assertThat(bob.lock("invoice").tryAcquire(Await.PATIENCE)).isPresent();
    }

    @Scenario(value = "L7", ttl = "3s", ownBackend = true)
    @DisplayName("A wait without a limit survives a restart of the server")
    void serverRestarted(Stage stage) throws Exception {
        Grant adas = stage.member("ada").lock("invoice").acquire();
        Coordinator bob = stage.member("bob");
        UserThread<Grant> waiting = UserThread.doing(() -> bob.lock("invoice").acquire());
        Await.until("bob to wait", () -> bob.lock("invoice").info().waiters() == 1);

        stage.backend().restart();
        adas.release();

        assertThat(waiting.result().fencingToken()).isGreaterThan(adas.fencingToken());
    }
}
