package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.History;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A call")
class CallsReturnTest {
    private static final int CHECK = 10;
    private static final long CLOSED = Story.CLOSING + 2_000;

    /** All that a process tells in which every call returns. */
    private static Story returns() {
        Story story = new Story().add(1, "observer", new Event.Connected(""));
        told(story, "observer", 2);
        story.lives("ada#1", 1).joined(10, "ada#1", "a1");
        told(story, "ada#1", 5);
        return closed(story, "ada#1")
                .add(39_900, "ada#1", partitioned())
                .leaving(23_000, "ada#1")
                .joined(24_000, "ada#1", "a1")
                .lock("ada#1", 1)
                .held(100, 200, 5)
                .and()
                .term("ada#1", 2)
                .held(21_000, 22_000, 6)
                .and();
    }

    private static void told(Story story, String who, long at) {
        story.saw(at, who, "Snapshot", "").add(at, who, new Event.Elected("election-1", "", "", 0));
    }

    private static Event.Partitioned partitioned() {
        return new Event.Partitioned("group", 1, Map.of("key", "ada"));
    }

    private static Story closed(Story story, String who) {
        return story.add(CLOSED + 100, who, new Event.Residue(Event.Residue.threadsOf(who), 0, 0));
    }

    private static List<String> without(String who, Predicate<Event> missing) {
        List<Entry> rest = returns().history().entries().stream()
                .filter(entry -> !(entry.who().equals(who) && missing.test(entry.event())))
                .toList();
        return Checker.check(new History(rest)).results().get(CHECK).findings().stream()
                .map(Finding::sentence)
                .toList();
    }

    @Test
    @DisplayName("that has its outcome passes")
    void allReturn() {
        assertThat(returns().check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(returns().findings(CHECK)).isEmpty();
    }

    @Test
    @DisplayName("that never returned is found, whichever it is")
    void neverReturned() {
        assertThat(without("ada#1", Event.Closed.class::isInstance))
                .containsExactly("ada#1 never closed its coordinator");
        assertThat(without("ada#1", Event.Residue.class::isInstance))
                .containsExactly("ada#1 closed, and never counted its threads");
        assertThat(without("ada#1", event -> event instanceof Event.Released released && released.op() == 1))
                .containsExactly("ada#1 never was answered after 0.200 s, up to the end at 40.000 s");
        assertThat(without("ada#1", event -> event instanceof Event.Released released && released.op() == 2))
                .containsExactly("ada#1 never was answered after 22.000 s, up to the end at 40.000 s");
        assertThat(without("ada#1", Event.Joined.class::isInstance))
                .containsExactly(
                        "ada#1 never was in a group after 0.001 s, up to the end at 40.000 s",
                        "ada#1 never was in a group again after 23.000 s, up to the end at 40.000 s");
    }

    @Test
    @DisplayName("back after a leave that hangs is found")
    void joinHangs() {
        Story story = returns().leaving(30_000, "ada#1");
        assertThat(story.findings(CHECK))
                .containsExactly("ada#1 never was in a group again after 30.000 s, up to the end at 40.000 s");
    }

    @Test
    @DisplayName("to a watcher or a partitioner that never came is found, to the observer too")
    void neverTold() {
        assertThat(without("ada#1", Event.Saw.class::isInstance))
                .containsExactly("ada#1 never was told who is in a group after 0.001 s, up to the end at 40.000 s");
        assertThat(without("observer", Event.Elected.class::isInstance))
                .containsExactly("observer never was told who leads after 0.001 s, up to the end at 40.000 s");
        assertThat(without("ada#1", Event.Partitioned.class::isInstance))
                .containsExactly("ada#1 never named owners after 0.001 s, up to the end at 40.000 s");
        assertThat(without("ada#1", Event.Connected.class::isInstance))
                .containsExactly("ada#1 never connected after 0.005 s, up to the end at 40.000 s");
    }

    @Test
    @DisplayName("that was begun shortly before the end, or while no process had the processor, need not have returned")
    void shortlyBefore() {
        Story story = returns().leaving(35_000, "ada#1");
        story.claim("ada#1", 9, Mode.SHARED, "lock-1")
                .asked(30_000)
                .granted(30_001, 7)
                .add(39_990, new Event.Releasing(9));
        assertThat(story.findings(CHECK)).isEmpty();
        Story stalled = returns().leaving(33_000, "ada#1").stalled("bob#1", 33_500, 36_000);
        closed(stalled.lives("bob#1", 32_000), "bob#1");
        told(stalled, "bob#1", 34_000);
        stalled.joined(34_000, "bob#1", "b1").add(39_000, "bob#1", partitioned());
        assertThat(stalled.findings(CHECK)).isEmpty();
    }

    @Test
    @DisplayName("of a process that was killed need not return; its successor has its time from when it connects")
    void killed() {
        Story story = returns()
                .add(100, "bob#1", new Event.Connected(""))
                .add(200, "bob#1", new Event.Leaving("group"))
                .fault("member-kill", "bob", 19_000, 19_900);
        closed(story.lives("bob#2", 34_500), "bob#2");
        assertThat(story.findings(CHECK)).isEmpty();
    }
}
