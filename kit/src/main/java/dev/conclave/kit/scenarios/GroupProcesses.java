package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.conclave.Coordinator;
import dev.conclave.GroupEvent;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import dev.conclave.kit.process.MemberProcess;
import dev.conclave.kit.process.MemberProcess.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/** Members whose process is killed or stopped. */
public abstract class GroupProcesses extends ScenarioGroup {
    private static final String STREAM = "group workers";

    /** For the kit. */
    protected GroupProcesses() {}

    private static List<MemberProcess> members(Stage stage, String... ids) throws Exception {
        List<MemberProcess> processes = new ArrayList<>();
        for (String id : ids) {
            processes.add(stage.process(id));
        }
        for (MemberProcess process : processes) {
            process.call("join", "group", "workers");
            process.call("watch", "group", "workers");
        }
        return processes;
    }

    private static boolean is(Event event, String type, String member) {
        JsonElement id = event.json().get("member");
        return event.json().get("type").getAsString().equals(type)
                && id != null
                && id.getAsString().equals(member);
    }

    private static long count(MemberProcess process, String type, String member) {
        return process.events(STREAM).stream()
                .filter(event -> is(event, type, member))
                .count();
    }

    private static void awaitSeen(MemberProcess process, int members) throws Exception {
        Await.until(process.member() + " to see " + members, () -> {
            List<Event> events = process.events(STREAM);
            return !events.isEmpty()
                    && events.get(events.size() - 1)
                                    .json()
                                    .getAsJsonObject("members")
                                    .size()
                            == members;
        });
    }

    // tooz on redis, LP#1975524: a dead member is reported late, by one survivor only, or over and over.
    @Scenario("G1")
    @DisplayName("A killed member is seen to leave exactly once by every survivor, within the bound")
    void killed(Stage stage) throws Exception {
        List<MemberProcess> processes = members(stage, "ada", "bob", "eve");
        List<MemberProcess> survivors = processes.subList(1, 3);
        for (MemberProcess process : processes) {
            awaitSeen(process, 3);
        }
        long killed = System.nanoTime();
        processes.get(0).kill();

        for (MemberProcess survivor : survivors) {
            Event left = Await.value(
                    "ada's leaving",
                    () -> survivor.events(STREAM).stream()
                            .filter(event -> is(event, "Left", "ada"))
                            .findFirst());
            assertThat(Duration.ofNanos(left.at() - killed)).isLessThan(stage.deathBound());
        }
        // A further joining shows that nothing comes twice.
        stage.member("zoe").group("workers").join();
        for (MemberProcess survivor : survivors) {
            Await.until("zoe's joining", () -> count(survivor, "Joined", "zoe") == 1);
            assertThat(count(survivor, "Left", "ada")).isEqualTo(1);
        }
    }

    @Scenario(value = "G1", ttl = "8s")
    @DisplayName("A stopped member is seen to leave; when it runs again it is told, and joins as a new incarnation")
    void stopped(Stage stage) throws Exception {
        MemberProcess ada = members(stage, "ada").get(0);
        String first = ada.call("incarnation", "group", "workers").getAsString();
        Heard<GroupEvent> heard = stage.hear();
        stage.member("bob").group("workers").watch(heard);
        heard.await("ada", Follower.shows("ada"));
        ada.pause();
        heard.await("ada's leaving", Follower.isLeft("ada"));
        ada.resume();

        heard.await("ada's joining again", Follower.isJoined("ada"));

        Event evicted = Await.value(
                "ada to be told",
                () -> ada.events(STREAM).stream()
                        .filter(event -> event.json().get("type").getAsString().equals("SelfEvicted"))
                        .findFirst());
        assertThat(evicted.json().get("rejoining").getAsBoolean()).isTrue();
        Await.until(
                "the membership's listener to be told",
                () -> !ada.events("evicted workers").isEmpty());
        Await.until("ada to see itself again", () -> lastIncarnation(ada, "ada").isPresent());
        // The group shows it a moment before the member itself has the answer to its joining.
        Await.until(
                "ada to know it",
                () -> !ada.call("incarnation", "group", "workers").isJsonNull());
        String second = ada.call("incarnation", "group", "workers").getAsString();
        assertThat(second).isNotEqualTo(first);
        assertThat(lastIncarnation(ada, "ada")).contains(second);
        neverSeenAfter(ada, evicted, first);
        assertThat(ada.events("evicted workers")).hasSize(1);
    }

    private static Optional<String> lastIncarnation(MemberProcess process, String member) {
        List<Event> events = process.events(STREAM);
        JsonElement incarnation =
                events.get(events.size() - 1).json().getAsJsonObject("members").get(member);
        return Optional.ofNullable(incarnation).map(JsonElement::getAsString);
    }

    private static void neverSeenAfter(MemberProcess process, Event eviction, String incarnation) {
        List<Event> events = process.events(STREAM);
        for (Event event : events.subList(events.indexOf(eviction), events.size())) {
            JsonObject members = event.json().getAsJsonObject("members");
            assertThat(members.toString()).as("a view after the eviction").doesNotContain(incarnation);
        }
    }

    // tooz: a member that restarts after a crash waits 10 s (zookeeper), 29 s (etcd), or for ever (redis, memcached,
    // file).
    @Scenario(value = "G3", ttl = "1m")
    @DisplayName("A member that was killed joins again under its name at once, whatever its ghost's time-to-live")
    void restarted(Stage stage) throws Exception {
        MemberProcess first = stage.process("ada");
        MemberProcess second = stage.process("ada").awaitReady();
        String old = first.call("join", "group", "workers").getAsString();
        Coordinator bob = stage.member("bob");
        Heard<GroupEvent> heard = stage.hear();
        bob.group("workers").watch(heard);
        heard.await("ada", Follower.shows("ada"));
        first.kill();
        long start = System.nanoTime();

        String now = second.call("join", "group", "workers").getAsString();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(stage.ttl(0.5));
        assertThat(now).isNotEqualTo(old);
        heard.awaitLast(
                "the new incarnation",
                event -> event.view()
                        .member("ada")
                        .filter(member -> member.incarnation().equals(now))
                        .isPresent());
        assertThat(heard.all().stream().filter(Follower.isLeft("ada"))).hasSize(1);
        assertThat(heard.all().stream().filter(Follower.isJoined("ada")).count())
                .isLessThanOrEqualTo(1);
    }
}
