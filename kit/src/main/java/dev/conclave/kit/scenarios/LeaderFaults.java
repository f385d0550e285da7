package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Candidacy;
import dev.conclave.Coordinator;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import dev.conclave.kit.Administrator;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Size;
import dev.conclave.kit.Stage;
import dev.conclave.kit.TermLog;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.line.Mishap;
import dev.conclave.kit.line.Step;
import dev.conclave.kit.net.Direction;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;

/** Leaders whose line or session fails. */
public abstract class LeaderFaults extends ScenarioGroup {
    private static final ClaimKey KEY = new ClaimKey(ClaimKey.Kind.ELECTION, "boss");
    private static final int FLAPS = 40;
    private static final int CANDIDATES = 3;
    private static final int OUTAGE_TTLS = 3;
    // Ten renewals, and for each of two things that it wants an attempt in a twentieth of the time; as much again in
    // reserve.
    private static final long STEPS_PER_TTL = 100;

    /** For the kit. */
    protected LeaderFaults() {}

    // CURATOR-696: the session had ended at the server; the client reconnected before its node was gone, and took it
    // for its own.
    @Scenario(value = "E1", ttl = "5s")
    @DisplayName("A leader whose session was ended while it was cut off does not lead when it is back")
    void sessionEndedWhileCutOff(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Line line = stage.line();
        TermLog adas = stage.candidate();
        stage.member("ada", line).election("boss").run(adas);
        Leadership first = adas.awaitTerm(1);
        TermLog bobs = stage.candidate();
        stage.member("bob").election("boss").run(bobs);
        // Before she is cut off: where a session is a connection, that alone makes bob lead.
        SessionId session =
                Administrator.holding(administrator.election("boss")).id().session();
        line.cut();
        administrator.endSession(session);
        Leadership second = bobs.awaitTerm(1);
        line.heal();

        adas.awaitRevoked(1);

        assertThat(first.isValid()).isFalse();
        assertThat(second.term()).isGreaterThan(first.term());
        assertThat(Await.answer("bob to be told", second::verify)).isTrue();
        Await.until(
                "ada to be back in the race",
                () -> administrator.election("boss").waiters() == 1);
        assertThat(adas.terms()).hasSize(1);
        assertThat(bobs.terms()).hasSize(1);
    }

    // fabric8 #7350 and CAMEL-24583: "started" without "stopped", or twice, when leadership flaps faster than the
    // callback.
    @Scenario("E2")
    @DisplayName("granted and revoked alternate, once per term, when leadership is lost faster than the callbacks run")
    void flapping(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        TermLog log = stage.candidate();
        LeaderListener slow = new LeaderListener() {
            @Override
            public void granted(Leadership leadership) {
                log.granted(leadership);
                linger();
            }

            @Override
            public void revoked(Leadership leadership, Loss loss) {
                linger();
                log.revoked(leadership, loss);
            }
        };
        Candidacy candidacy = stage.member("ada").election("boss").run(slow);
        long last = -1;
        for (int i = 0; i < FLAPS; i++) {
            long before = last;
            ClaimStatus.Holding holding = Await.value(
                    "a new term",
                    () -> administrator.election("boss").holders().stream()
                            .filter(held -> held.token() > before)
                            .findFirst());
            last = holding.token();
            assertThat(administrator.driver().breakClaim(KEY, last).join()).isTrue();
        }
        candidacy.close();

        Await.until(
                "the last term to be revoked",
                () -> log.last().map(term -> term.loss().isPresent()).orElse(true));
        assertThat(log.terms()).isNotEmpty().allMatch(term -> term.loss().isPresent());
    }

    private static void linger() {
        try {
            Await.lasting(Duration.ofMillis(20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Scenario(value = "E2", ttl = "5s")
    @DisplayName("granted is not called before the winning write is confirmed")
    void grantedOnlyWhenConfirmed(Stage stage) throws Exception {
        Administrator administrator = stage.administrator();
        Line line = stage.line();
        Coordinator ada = stage.member("ada", line);
        ada.lock("first").acquire().release();
        TermLog log = stage.candidate();
        line.befall(Step.CLAIM, Mishap.REFUSED);
        line.befall(Step.CLAIM, Mishap.REFUSED);
        line.drop(Direction.TO_MEMBER);
        ada.election("boss").run(log);
        Await.until(
                "the claim to stand",
                () -> !administrator.election("boss").holders().isEmpty());

        assertThat(log.terms()).isEmpty();
        line.heal();

        Leadership leadership = log.awaitTerm(1);
        assertThat(Administrator.holding(administrator.election("boss")).token())
                .isEqualTo(leadership.term());
    }

    // CURATOR-518: after an outage nobody led any more, until a process was restarted.
    @Scenario(value = "E3", ttl = "1s")
    @DisplayName(
            "After each of many outages of three times the time-to-live, there is one leader again, and no busy loop")
    void manyOutages(Stage stage) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Line> lines = new ArrayList<>();
        List<TermLog> logs = new ArrayList<>();
        for (int i = 0; i < CANDIDATES; i++) {
            lines.add(stage.line());
            logs.add(stage.candidate());
            stage.member("candidate-" + i, lines.get(i)).election("boss").run(logs.get(i));
        }
        for (int round = 0; round < Size.of(12, 50); round++) {
            Await.lasting(stage.ttl(random.nextDouble()));
            outage(stage, lines, random.nextBoolean());
            Await.until("one leader after outage " + round + ", seed " + seed, () -> leaders(logs) == 1);
        }

        Beliefs.of(logs).assertNoOverlap(stage.backend().beliefOverlap());
    }

    private static void outage(Stage stage, List<Line> lines, boolean silently) throws Exception {
        long before = lines.stream().mapToLong(Line::count).sum();
        for (Line line : lines) {
            if (silently) {
                line.drop();
            } else {
                line.cut();
            }
        }
        Await.lasting(stage.ttl(OUTAGE_TTLS));
        long steps = lines.stream().mapToLong(Line::count).sum() - before;
        assertThat(steps / OUTAGE_TTLS / lines.size())
                .as("steps of each member in a time-to-live while the backend fails; in all %s", lines)
                .isLessThan(STEPS_PER_TTL);
        for (Line line : lines) {
            line.heal();
        }
    }

    private static long leaders(List<TermLog> logs) {
        return logs.stream().filter(log -> log.current().isPresent()).count();
    }

    @Scenario(value = "E4", ttl = "1s")
    @DisplayName(
            "Beliefs to lead do not overlap by more than the driver admits, when leaders fall silent one after the other")
    void beliefs(Stage stage) throws Exception {
        List<Line> lines = new ArrayList<>();
        List<TermLog> logs = new ArrayList<>();
        for (int i = 0; i < CANDIDATES; i++) {
            lines.add(stage.line());
            logs.add(stage.candidate());
            stage.member("candidate-" + i, lines.get(i)).election("boss").run(logs.get(i));
        }
        for (int round = 0; round < Size.of(10, 50); round++) {
            Await.until("a leader", () -> leaders(logs) == 1);
            int leader = logs.indexOf(logs.stream()
                    .filter(log -> log.current().isPresent())
                    .findFirst()
                    .orElseThrow());
            lines.get(leader).drop();
            Await.until(
                    "another leader",
                    () -> logs.stream()
                            .anyMatch(log ->
                                    log != logs.get(leader) && log.current().isPresent()));
            lines.get(leader).heal();
        }
        Beliefs beliefs = Beliefs.of(logs);

        beliefs.assertNoOverlap(stage.backend().beliefOverlap());
        assertThat(beliefs.count()).isGreaterThan(10);
    }
}
