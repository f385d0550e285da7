package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.ClaimState;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.LossReason;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.line.Mishap;
import dev.conclave.kit.line.Step;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.process.Belief;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;

/** Renewal goes on, through what it can survive, and leaves nothing behind. */
public abstract class Renewals extends ScenarioGroup {
    private static final int CYCLES = 2_000;
    private static final int USERS = 20;

    /** For the kit. */
    protected Renewals() {}

    /** One way in which the backend becomes unreachable. */
    @FunctionalInterface
    private interface Fault {
        void strike(Line line) throws Exception;
    }

    // Redisson #7272: one failed renewal, and the lock was never renewed again.
    @Scenario(value = "L5", ttl = "15s")
    @DisplayName("Messages dropped for 0.6 of the time-to-live: at risk, but never lost, and then held again")
    void shortSilence(Stage stage) throws Exception {
        surviving(stage, Line::drop);
    }

    @Scenario(value = "L5", ttl = "15s")
    @DisplayName(
            "Connections refused for 0.6 of the time-to-live: at risk, but never lost, and then held again; or, where the session is the connection, lost and told at once")
    void shortOutage(Stage stage) throws Exception {
        if (stage.endsWithConnection()) {
            lostWithConnection(stage);
        } else {
            surviving(stage, Line::cut);
        }
    }

    /** Others are let in as soon as after a death, and the holder knows before, though it reaches nobody whom it could ask. */
    private static void lostWithConnection(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        Grant adas = ada.lock("invoice").acquire();
        Belief belief = Belief.in(adas);
        CompletableFuture<Grant> waiting =
                stage.member("bob").lock("invoice").async().acquire();
        line.cut();
        long start = System.nanoTime();

        Grant bobs = Await.result("bob's grant", waiting);

        long granted = System.nanoTime();
        assertThat(Duration.ofNanos(granted - start)).isLessThan(stage.deathBound());
        Await.until("the belief to end", belief::isOver);
        assertThat(belief.until() - granted)
                .as("belief after another's grant, in nanoseconds")
                .isLessThanOrEqualTo(stage.backend().beliefOverlap().toNanos());
        assertThat(stage.awaitLost(adas).reason()).isEqualTo(LossReason.FORGOTTEN);
        bobs.release();
        line.heal();
        assertThat(ada.lock("invoice").acquire(Await.PATIENCE).isValid()).isTrue();
    }

    @Scenario(value = "L5", ttl = "5s", ownBackend = true)
    @DisplayName("A server that stands still for half of the time-to-live loses nobody's grant")
    void shortStandstill(Stage stage) throws Exception {
        Grant grant = stage.member("ada").lock("invoice").acquire();
        Belief belief = Belief.in(grant);
        stage.backend().pause();
        try {
            Await.lasting(stage.ttl(0.5));
        } finally {
            stage.backend().resume();
        }
        Await.lasting(stage.ttl(0.7));

        assertThat(belief.isOver()).isFalse();
        assertThat(grant.verify()).isTrue();
    }

    private static void surviving(Stage stage, Fault fault) throws Exception {
        Line line = stage.line();
        ConnectOptions quick =
                ConnectOptions.builder().callTimeout(stage.ttl(0.1)).build();
        Grant grant = stage.member("ada", line, quick).lock("invoice").acquire();
        Belief belief = Belief.in(grant);
        long renewals = line.count(Step.RENEW);
        // The phase at which the outage swallows a renewal as well leaves no room for a slow machine; the engine's own
        // tests have that.
        Await.until(
                "a renewal to be confirmed",
                () -> line.count(Step.RENEW) > renewals && grant.validFor().compareTo(stage.ttl(0.9)) > 0);

        long start = System.nanoTime();
        fault.strike(line);
        Await.until("the risk to be noticed", () -> grant.state() == ClaimState.AT_RISK);
        Await.lasting(stage.ttl(0.6).minusNanos(System.nanoTime() - start));
        line.heal();

        Await.until("a renewal to succeed, or the loss", () -> grant.state() != ClaimState.AT_RISK);
        assertThat(grant.state()).isEqualTo(ClaimState.HELD);
        assertThat(belief.isOver()).isFalse();
        assertThat(grant.lost()).isNotDone();
        assertThat(grant.verify()).isTrue();
    }

    @Scenario(value = "L5", ttl = "5s")
    @DisplayName("The first renewal fails in each possible way, and the next ones keep the grant")
    void firstRenewalFails(Stage stage) throws Exception {
        Map<Mishap, Line> lines = new EnumMap<>(Mishap.class);
        Map<Mishap, Grant> grants = new EnumMap<>(Mishap.class);
        for (Mishap mishap : Mishap.values()) {
            Line line = stage.line();
            lines.put(mishap, line);
            Coordinator ada = stage.member("ada-" + mishap, line);
            line.befall(Step.RENEW, mishap);
            grants.put(mishap, ada.lock("invoice " + mishap).acquire());
        }
        Await.lasting(stage.ttl(1.2));

        lines.forEach((mishap, line) ->
                assertThat(line.isPending(Step.RENEW)).as("%s", mishap).isFalse());
        grants.forEach((mishap, grant) ->
                assertThat(grant.isValid()).as("after a renewal was %s", mishap).isTrue());
        for (Grant grant : grants.values()) {
            assertThat(grant.verify()).isTrue();
        }
    }

    // Redisson #5697: the watchdog shares threads with the application, and does not run when those are busy.
    @Scenario(value = "L5", ttl = "4s", alone = true)
    @DisplayName("Renewal goes on while all threads of the application and all its callbacks are busy")
    void busyApplication(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Grant grant = ada.lock("invoice").acquire();
        Belief belief = Belief.in(grant);
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean over = new AtomicBoolean();
        List<UserThread<Boolean>> busy = new ArrayList<>();
        try {
            ada.group("workers").watch((GroupEvent event) -> awaitQuietly(end));
            ada.watchGroups(groups -> awaitQuietly(end));
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(UserThread.doing(() -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                    return true;
                }));
            }
            Await.lasting(stage.ttl(1.2));

            assertThat(belief.isOver()).isFalse();
            assertThat(grant.verify()).isTrue();
        } finally {
            over.set(true);
            end.countDown();
        }
        for (UserThread<Boolean> user : busy) {
            user.result();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Scenario(value = "L5", ttl = "3s")
    @DisplayName("After thousands of acquisitions with delayed replies no key is left, and one renewal an interval")
    void nothingAccumulates(Stage stage) throws Exception {
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        ada.lock("first").acquire().release();
        line.delay(Direction.TO_MEMBER, Duration.ofMillis(3));
        List<UserThread<Boolean>> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            String lock = "lock-" + i;
            users.add(UserThread.doing(() -> {
                for (int cycle = 0; cycle < CYCLES / USERS; cycle++) {
                    ada.lock(lock).acquire().release();
                }
                return true;
            }));
        }
        Await.done(
                "all cycles",
                () -> line.count(Step.RELEASE),
                () -> users.stream().allMatch(UserThread::isDone));
        for (UserThread<Boolean> user : users) {
            user.result();
        }
        line.heal();

        Administrator administrator = stage.administrator();
        Await.until("no lock to be left", () -> administrator.locks().isEmpty());
        long renewals = line.count(Step.RENEW);
        Await.lasting(stage.ttl(1));
        // Three, and up to thirty while they go unanswered; twenty locks of which each was renewed would make sixty.
        assertThat(line.count(Step.RENEW) - renewals).isBetween(1L, 30L);
    }
}
