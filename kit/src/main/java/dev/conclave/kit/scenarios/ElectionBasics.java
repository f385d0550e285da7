package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Candidacy;
import dev.conclave.Coordinator;
import dev.conclave.ElectionEvent;
import dev.conclave.Leader;
import dev.conclave.Leadership;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.TermLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** Elections: parity with the reference's own suite. */
public abstract class ElectionBasics extends ScenarioGroup {
    /** For the kit. */
    protected ElectionBasics() {}

    @Scenario("B8")
    @DisplayName("One of many candidates leads; when it resigns, another does, until each has had its turn")
    void oneLeader(Stage stage) throws Exception {
        List<TermLog> logs = new ArrayList<>();
        List<Candidacy> candidacies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            TermLog log = stage.candidate();
            logs.add(log);
            candidacies.add(stage.member("candidate-" + i).election("boss").run(log, "at " + i));
        }
        long lastTerm = -1;
        for (int round = 0; round < 5; round++) {
            int leader = leader(logs);
            Leadership leadership = logs.get(leader).last().orElseThrow().leadership();
            assertThat(leadership.term()).isGreaterThan(lastTerm).isEqualTo(leadership.fencingToken());
            assertThat(leadership.verify()).isTrue();
            lastTerm = leadership.term();
            ReleaseResult result =
                    Await.result("resigning", candidacies.get(leader).resign(Duration.ofHours(1)));
            assertThat(result).isEqualTo(ReleaseResult.RELEASED);
            candidacies.get(leader).close();
            assertThat(logs.get(leader).awaitRevoked(1).reason()).isEqualTo(LossReason.RELEASED);
        }
        assertThat(logs).allMatch(log -> log.terms().size() == 1);
    }

    private static int leader(List<TermLog> logs) throws Exception {
        Await.until(
                "a leader", () -> logs.stream().anyMatch(log -> log.current().isPresent()));
        List<TermLog> leading =
                logs.stream().filter(log -> log.current().isPresent()).toList();
        assertThat(leading).hasSize(1);
        return logs.indexOf(leading.get(0));
    }

    @Scenario("B8")
    @DisplayName("A leader that resigns with no cool-down lets the one that waits lead next")
    void resigning(Stage stage) throws Exception {
        TermLog adas = stage.candidate();
        TermLog bobs = stage.candidate();
        Candidacy ada = stage.member("ada").election("boss").run(adas);
        adas.awaitTerm(1);
        Coordinator bob = stage.member("bob");
        bob.election("boss").run(bobs);
        waitInLine(stage);

        assertThat(Await.result("resigning", ada.resign(Duration.ZERO))).isEqualTo(ReleaseResult.RELEASED);

        bobs.awaitTerm(1);
        assertThat(adas.terms()).hasSize(1);
        bob.close();
        adas.awaitTerm(2);
        // From before: this thread may learn of its resignation late, when the cool-down is running.
        long asked = System.nanoTime();
        assertThat(Await.result("resigning", ada.resign(Duration.ofMillis(300))))
                .isEqualTo(ReleaseResult.RELEASED);
        adas.awaitTerm(3);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        ada.close();
        assertThat(Await.result("resigning", ada.resign(Duration.ZERO))).isEqualTo(ReleaseResult.ALREADY_LOST);
    }

    private static void waitInLine(Stage stage) throws Exception {
        var administrator = stage.administrator();
        Await.until("one to wait", () -> administrator.election("boss").waiters() == 1);
    }

    @Scenario("B8")
    @DisplayName("Observers that are no candidates see each leader with term and payload, and each vacancy")
    void observers(Stage stage) throws Exception {
        Coordinator bob = stage.member("bob");
        Heard<ElectionEvent> heard = stage.hear();
        bob.election("boss").watch(heard);
        ElectionEvent.Vacant first = heard.await(ElectionEvent.Vacant.class);
        assertThat(first.previous()).isEmpty();
        assertThat(bob.election("boss").leader()).isEmpty();

        TermLog log = stage.candidate();
        Candidacy ada = stage.member("ada").election("boss").run(log, "at host ☃");
        Leadership leadership = log.awaitTerm(1);
        ElectionEvent.Elected elected = heard.await(ElectionEvent.Elected.class);
        Leader leader = bob.election("boss").leader().orElseThrow();
        ada.close();

        assertThat(leader).isEqualTo(elected.leader());
        assertThat(leader.member()).isEqualTo("ada");
        assertThat(leader.term()).isEqualTo(leadership.term());
        assertThat(leader.payload()).isEqualTo("at host ☃");
        heard.awaitLast("a vacancy", event -> event instanceof ElectionEvent.Vacant);
        assertThat(heard.all()).hasSize(3);
        assertThat(bob.election("boss").leader()).isEmpty();
    }

    @Scenario("B8")
    @DisplayName("A candidate can wait until it leads, with and without success")
    void awaiting(Stage stage) throws Exception {
        Candidacy ada = stage.member("ada").election("boss").run(stage.candidate());
        Leadership leadership = ada.await(Await.PATIENCE).orElseThrow();
        Candidacy bob = stage.member("bob").election("boss").run(stage.candidate());

        assertThat(bob.await(Duration.ofMillis(50))).isEmpty();
        assertThat(bob.leadership()).isEmpty();
        assertThat(ada.leadership().orElseThrow().term()).isEqualTo(leadership.term());
        ada.close();
        assertThat(bob.await(Await.PATIENCE)).isPresent();
        assertThat(ada.await(Duration.ofMinutes(1))).isEmpty();
    }
}
