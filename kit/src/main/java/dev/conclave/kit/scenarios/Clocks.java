package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Membership;
import dev.conclave.kit.Await;
import dev.conclave.kit.KitTime;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.process.Belief;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;

/** Wall clocks decide nothing. */
public abstract class Clocks extends ScenarioGroup {
    /** For the kit. */
    protected Clocks() {}

    @Scenario(value = "N4", ttl = "4s", ownBackend = true)
    @DisplayName("Members whose wall clocks are ten minutes off take nothing over early, and lose nothing")
    void clocksDiffer(Stage stage) throws Exception {
        KitTime behind = stage.time();
        KitTime ahead = stage.time();
        behind.shift(Duration.ofMinutes(-10));
        ahead.shift(Duration.ofMinutes(10));
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line, with(behind));
        Coordinator bob = stage.member("bob", with(ahead));
        Grant adas = ada.lock("invoice").acquire();
        Membership membership = ada.group("workers").join();
        String incarnation = membership.incarnation().orElseThrow();
        Belief belief = Belief.in(adas);

        assertThat(bob.lock("invoice").tryAcquire(stage.ttl(1.1))).isEmpty();
        assertThat(adas.verify()).isTrue();
        assertThat(membership.incarnation()).contains(incarnation);
        line.drop();
        stage.keep(
                bob.lock("invoice").tryAcquire(stage.ttl(1).plus(Stage.SLACK)).orElseThrow());
        long granted = System.nanoTime();
        Await.until("ada's belief to end", belief::isOver);
        assertThat(belief.until() - granted)
                .isLessThanOrEqualTo(stage.backend().beliefOverlap().toNanos());
    }

    @Scenario(value = "N4", ttl = "4s", ownBackend = true)
    @DisplayName(
            "A wall clock that jumps by an hour, either way, while a member holds: no early take-over, no false loss")
    void clockJumps(Stage stage) throws Exception {
        KitTime time = stage.time();
        Coordinator ada = stage.member("ada", with(time));
        Coordinator bob = stage.member("bob");
        Grant adas = ada.lock("invoice").acquire();
        for (int hours : new int[] {1, -1}) {
            time.shift(Duration.ofHours(hours));
            assertThat(bob.lock("invoice").tryAcquire(stage.ttl(1.1))).isEmpty();
            assertThat(adas.isValid()).isTrue();
            assertThat(adas.verify()).isTrue();
        }
        assertThat(adas.lost()).isNotDone();
    }

    private static ConnectOptions with(KitTime time) {
        return ConnectOptions.builder().timeSource(time).build();
    }
}
