package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.conclave.kit.Await;
import dev.conclave.kit.FencedRegister;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Size;
import dev.conclave.kit.Stage;
import dev.conclave.kit.process.MemberProcess;
import dev.conclave.kit.process.MemberProcess.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** Leaders whose process is killed, ended or stopped. */
public abstract class LeaderProcesses extends ScenarioGroup {
    /** For the kit. */
    protected LeaderProcesses() {}

    private static List<MemberProcess> candidates(Stage stage, String... members) throws Exception {
        List<MemberProcess> processes = new ArrayList<>();
        for (String member : members) {
            processes.add(stage.process(member));
        }
        for (MemberProcess process : processes) {
            process.call("run", "election", "boss");
        }
        return processes;
    }

    /** Waits until one of them leads, and returns it. */
    private static MemberProcess leader(List<MemberProcess> processes) throws Exception {
        return Await.value(
                "a leader",
                () -> processes.stream().filter(p -> p.isAlive() && leads(p)).findFirst());
    }

    private static boolean leads(MemberProcess process) {
        return process.events("granted boss").size()
                > process.events("revoked boss").size();
    }

    private static Event lastGranted(MemberProcess process) {
        List<Event> events = process.events("granted boss");
        return events.get(events.size() - 1);
    }

    private static long term(Event event) {
        return event.json().get("term").getAsLong();
    }

    private static List<MemberProcess> without(List<MemberProcess> processes, MemberProcess one) {
        return processes.stream().filter(process -> process != one).toList();
    }

    @Scenario("E5")
    @DisplayName("After a leader is killed, the next one leads within the bound that the driver gives")
    void killed(Stage stage) throws Exception {
        List<MemberProcess> processes = candidates(stage, "ada", "bob", "eve");
        MemberProcess first = leader(processes);
        long killed = System.nanoTime();
        first.kill();

        MemberProcess second = leader(without(processes, first));

        assertThat(Duration.ofNanos(lastGranted(second).at() - killed)).isLessThan(stage.deathBound());
        assertThat(term(lastGranted(second))).isGreaterThan(term(lastGranted(first)));
    }

    @Scenario(value = "E5", ttl = "1m")
    @DisplayName("After a leader is asked to end, the next one leads at once")
    void terminated(Stage stage) throws Exception {
        List<MemberProcess> processes = candidates(stage, "ada", "bob");
        MemberProcess first = leader(processes);
        long ended = System.nanoTime();
        first.terminate();

        MemberProcess second = leader(without(processes, first));

        assertThat(Duration.ofNanos(lastGranted(second).at() - ended)).isLessThan(stage.ttl(0.5));
    }

    @Scenario("E5")
    @DisplayName(
            "A leader that is killed and restarted under its name is a new incarnation, and its old term is refused")
    void restarted(Stage stage) throws Exception {
        MemberProcess observer = stage.process("observer");
        MemberProcess first = candidates(stage, "ada").get(0);
        observer.call("watchLeader", "election", "boss");
        long oldTerm = term(lastGranted(leader(List.of(first))));
        Await.until("the observer to see it", () -> elected(observer, oldTerm).isPresent());
        first.kill();

        MemberProcess again = candidates(stage, "ada").get(0);
        long newTerm = term(lastGranted(leader(List.of(again))));

        assertThat(newTerm).isGreaterThan(oldTerm);
        Event elected = Await.value("the observer to see the new one", () -> elected(observer, newTerm));
        assertThat(elected.json().get("member").getAsString()).isEqualTo("ada");
        assertThat(elected.json().get("incarnation"))
                .isNotEqualTo(elected(observer, oldTerm).orElseThrow().json().get("incarnation"));
        FencedRegister register = new FencedRegister();
        register.write(newTerm);
        assertThat(register.write(oldTerm)).isFalse();
    }

    private static Optional<Event> elected(MemberProcess observer, long term) {
        return observer.events("election boss").stream()
                .filter(event -> event.json().has("term") && term(event) == term)
                .findFirst();
    }

    @Scenario(value = "E4", ttl = "2s")
    @DisplayName(
            "Beliefs of three processes do not overlap by more than the driver admits, when leaders are stopped in turn")
    void stopped(Stage stage) throws Exception {
        List<MemberProcess> processes = candidates(stage, "ada", "bob", "eve");
        for (int round = 0; round < Size.of(3, 20); round++) {
            MemberProcess leader = leader(processes);
            int revoked = leader.events("revoked boss").size();
            leader.pause();
            leader(without(processes, leader));
            leader.resume();
            Await.until(
                    "the old leader to be told",
                    () -> leader.events("revoked boss").size() > revoked);
        }
        Beliefs beliefs = new Beliefs();
        for (MemberProcess process : processes) {
            process.call("close");
            Await.until("all terms to end", () -> !leads(process));
            for (Event revoked : process.events("revoked boss")) {
                JsonObject json = revoked.json();
                beliefs.add(
                        process.member(),
                        term(revoked),
                        json.get("from").getAsLong(),
                        json.get("until").getAsLong());
            }
        }
        beliefs.assertNoOverlap(stage.backend().beliefOverlap());
    }
}
