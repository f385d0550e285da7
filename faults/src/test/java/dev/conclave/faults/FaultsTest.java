package dev.conclave.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.History;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("a short run")
class FaultsTest {
    /** What each run has. Whether somebody was refused at connecting, or something failed, is up to chance. */
    private static final Set<Class<? extends Event>> ALWAYS = Set.of(
            Event.Began.class,
            Event.Connected.class,
            Event.Closed.class,
            Event.Asked.class,
            Event.Granted.class,
            Event.GaveUp.class,
            Event.Believed.class,
            Event.Disbelieved.class,
            Event.State.class,
            Event.Lost.class,
            Event.Step.class,
            Event.Releasing.class,
            Event.Released.class,
            Event.Written.class,
            Event.Joined.class,
            Event.Evicted.class,
            Event.Leaving.class,
            Event.Saw.class,
            Event.Partitioned.class,
            Event.Elected.class,
            Event.FaultBegan.class,
            Event.FaultEnded.class,
            Event.Healed.class,
            Event.Quiescing.class,
            Event.Residue.class,
            Event.Ended.class);

    @ParameterizedTest
    @ValueSource(strings = {"file", "redis"})
    @Timeout(240)
    @DisplayName(
            "ends as planned, and its history says all that happened; what was paused stood still, who was killed was gone")
    void isWellFormed(String driver, @TempDir Path folder) throws Exception {
        int exit = Faults.run(
                "--driver", driver, "--seconds", "20", "--ttl", "1s", "--seed", "1", "--out", folder.toString());

        assertThat(exit).isZero();
        List<Entry> entries = History.read(folder.resolve(driver + "-1")).entries();
        assertThat(kinds(entries)).containsAll(ALWAYS);
        assertThat(kinds(entries).contains(Event.Traffic.class)).isEqualTo(driver.equals("redis"));
        orderOfPhases(entries);
        orderOfFaults(entries);
        processes(entries);
        pauses(entries);
        kills(entries);
    }

    private static Set<Class<?>> kinds(List<Entry> entries) {
        return entries.stream().map(entry -> entry.event().getClass()).collect(Collectors.toSet());
    }

    private static <E extends Event> Stream<Entry> of(List<Entry> entries, Class<E> type) {
        return entries.stream().filter(entry -> type.isInstance(entry.event()));
    }

    private static void orderOfPhases(List<Entry> entries) {
        List<Entry> nemesis =
                entries.stream().filter(entry -> entry.who().equals("nemesis")).toList();
        assertThat(nemesis.get(0).event()).isInstanceOf(Event.Began.class);
        assertThat(nemesis.get(nemesis.size() - 1).event()).isInstanceOf(Event.Ended.class);
        assertThat(nemesis.stream()
                        .map(entry -> entry.event().getClass().getSimpleName())
                        .filter(List.of("Began", "Healed", "Quiescing", "Ended")::contains))
                .containsExactly("Began", "Healed", "Quiescing", "Ended");
    }

    private static void orderOfFaults(List<Entry> entries) {
        Set<Long> underWay = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.event() instanceof Event.FaultBegan began) {
                assertThat(underWay.add(began.fault())).isTrue();
            } else if (entry.event() instanceof Event.FaultEnded ended) {
                assertThat(underWay.remove(ended.fault())).isTrue();
            } else if (entry.event() instanceof Event.Healed) {
                assertThat(underWay).isEmpty();
            }
        }
        assertThat(underWay).isEmpty();
    }

    /** The last process of each member closed; those before it were killed. */
    private static void processes(List<Entry> entries) {
        Event.Began began = (Event.Began)
                of(entries, Event.Began.class).findFirst().orElseThrow().event();
        Set<String> killed = of(entries, Event.FaultBegan.class)
                .map(entry -> (Event.FaultBegan) entry.event())
                .filter(fault -> fault.kind().equals("member-kill"))
                .map(fault -> fault.details().get("process"))
                .collect(Collectors.toSet());
        List<String> closed = of(entries, Event.Closed.class).map(Entry::who).toList();
        List<String> members = new ArrayList<>(closed);
        members.replaceAll(who -> who.substring(0, who.indexOf('#')));
        assertThat(members).containsExactlyInAnyOrderElementsOf(began.members());
        assertThat(killed).isNotEmpty().doesNotContainAnyElementsOf(closed);
        assertThat(of(entries, Event.Connected.class).map(Entry::who).filter(who -> who.contains("#")))
                .allMatch(who -> killed.contains(who) || closed.contains(who));
    }

    private static void pauses(List<Entry> entries) {
        List<Entry> pauses = faults(entries, "member-pause");
        assertThat(pauses).isNotEmpty();
        for (Entry pause : pauses) {
            Map<String, String> details = ((Event.FaultBegan) pause.event()).details();
            long until = pause.at() + 1_000_000 * Long.parseLong(details.get("planned"));
            assertThat(details).containsEntry("seen", "stopped");
            assertThat(by(entries, details.get("process")))
                    .noneMatch(entry -> entry.at() > Long.parseLong(details.get("since")) && entry.at() < until);
        }
    }

    private static void kills(List<Entry> entries) {
        for (Entry kill : faults(entries, "member-kill")) {
            Map<String, String> details = ((Event.FaultBegan) kill.event()).details();
            assertThat(details).containsEntry("seen", "gone");
            long gone = Long.parseLong(details.get("since"));
            assertThat(by(entries, details.get("process"))).allMatch(entry -> entry.at() < gone);
        }
    }

    private static List<Entry> faults(List<Entry> entries, String kind) {
        return of(entries, Event.FaultBegan.class)
                .filter(entry -> ((Event.FaultBegan) entry.event()).kind().equals(kind))
                .toList();
    }

    private static Stream<Entry> by(List<Entry> entries, String who) {
        return entries.stream().filter(entry -> entry.who().equals(who));
    }

    @Test
    @DisplayName("of which nothing can be done on the site ends at once, as a mistake in the arguments")
    void nothingToBreak(@TempDir Path folder) {
        assertThat(Faults.run("--driver", "file", "--only", "server-pause", "--out", folder.toString()))
                .isEqualTo(2);
    }
}
