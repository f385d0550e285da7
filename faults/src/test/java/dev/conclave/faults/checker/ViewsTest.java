package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Views")
class ViewsTest {
    private static final int CHECK = 6;

    /** Ada and Bob are in the group, and Ada watches it. */
    private static Story watched() {
        return Story.of("file")
                .lives("ada#1", 1)
                .lives("bob#1", 1)
                .joined(10, "ada#1", "a1")
                .joined(20, "bob#1", "b1")
                .saw(30, "ada#1", "Snapshot", "", "ada:a1", "bob:b1");
    }

    @Test
    @DisplayName("are right if the last that each watcher saw is what the members said of themselves")
    void converged() {
        assertThat(watched().check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
    }

    @Test
    @DisplayName("are wrong if a watcher still sees one who left, or does not see one who joined")
    void notConverged() {
        assertThat(watched().leaving(25_000, "bob#1").findings(CHECK))
                .containsExactly(
                        "ada#1 in the end saw bob as b1 a member of group group, but it was out since 25.000 s");
        assertThat(watched()
                        .leaving(25_000, "bob#1")
                        .saw(25_100, "ada#1", "Left", "bob:b1", "ada:a1")
                        .joined(26_000, "bob#1", "b1")
                        .findings(CHECK))
                .containsExactly(
                        "ada#1 in the end saw bob out of group group, but it was as b1 a member since 26.000 s");
    }

    @Test
    @DisplayName("need not show yet what changed just before the end")
    void justChanged() {
        assertThat(watched().leaving(39_000, "bob#1").check(CHECK).violations()).isZero();
    }

    @Test
    @DisplayName("are wrong if one disappears from them without a word")
    void droppedEvent() {
        assertThat(watched()
                        .leaving(100, "bob#1")
                        .saw(200, "ada#1", "Joined", "cyd:c1", "ada:a1", "cyd:c1")
                        .findings(CHECK))
                .anySatisfy(finding -> assertThat(finding)
                        .startsWith(
                                "ada#1 watching group group: Joined cyd leaves {ada=a1, cyd=c1} of {ada=a1, bob=b1}"));
    }

    @Test
    @DisplayName("are wrong if one is told to have left twice")
    void leftTwice() {
        assertThat(watched()
                        .leaving(100, "bob#1")
                        .saw(150, "ada#1", "Left", "bob:b1", "ada:a1")
                        .saw(160, "ada#1", "Left", "bob:b1", "ada:a1")
                        .findings(CHECK))
                .containsExactly("ada#1 watching group group: Left bob as b1 after {ada=a1} at 0.160 s");
    }

    @Test
    @DisplayName("come anew after a Resynced, and without their own member after a SelfEvicted")
    void anew() {
        assertThat(watched()
                        .leaving(100, "bob#1")
                        .saw(150, "ada#1", "Resynced", "", "ada:a1")
                        .add(160, "ada#1", new Event.Evicted("group", "EXPIRED", true))
                        .saw(160, "ada#1", "SelfEvicted", "")
                        .joined(170, "ada#1", "a2")
                        .saw(180, "ada#1", "Joined", "ada:a2", "ada:a2")
                        .check(CHECK)
                        .outcome())
                .isEqualTo(Result.Outcome.HELD);
    }

    @Test
    @DisplayName("must have one again who fell out against its will; one that left need not be there")
    void fellOut() {
        assertThat(watched()
                        .joined(25_000, "bob#1", "")
                        .saw(25_100, "ada#1", "Left", "bob:b1", "ada:a1")
                        .findings(CHECK))
                .containsExactly(
                        "bob fell out of group group at 25.000 s, and was not in it again when all faults had long been over");
        Story left = watched()
                .leaving(25_000, "bob#1")
                .joined(25_001, "bob#1", "")
                .saw(25_100, "ada#1", "Left", "bob:b1", "ada:a1");
        assertThat(left.check(CHECK).violations()).isZero();
    }

    @Test
    @DisplayName("show a death as one Left, and how soon")
    void death() {
        Story story =
                watched().fault("member-kill", "bob", 1_000, 1_010).saw(1_200, "ada#1", "Left", "bob:b1", "ada:a1");
        assertThat(story.check(CHECK).violations()).isZero();
        assertThat(story.verdict().measure(Measure.DEATHS)).hasValue(1);
        assertThat(story.verdict().measure(Measure.LEFTS)).hasValue(1);
        assertThat(story.verdict().measure(Measure.DEATH_SEEN)).hasValue(200_000_000);
    }

    @Test
    @DisplayName("are wrong if they do not show a death within the bound")
    void deathNotSeen() {
        Story story =
                watched().fault("member-kill", "bob", 1_000, 1_010).saw(18_000, "ada#1", "Left", "bob:b1", "ada:a1");
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "ada#1 was not told within 6.000 s that bob#1 was killed at 1.000 s, and still saw {bob=b1}");
    }

    @Test
    @DisplayName("of a watcher that was stopped meanwhile, or whose server was, may show it later")
    void deathSeenLate() {
        Story stopped = watched()
                .fault("member-kill", "bob", 1_000, 1_010)
                .fault("member-pause", "ada", 1_100, 17_000)
                .saw(18_000, "ada#1", "Left", "bob:b1", "ada:a1");
        assertThat(stopped.check(CHECK).violations()).isZero();
        Story server = watched()
                .fault("member-kill", "bob", 1_000, 1_010)
                .fault("server-pause", "servers", 1_100, 17_000)
                .saw(18_000, "ada#1", "Left", "bob:b1", "ada:a1");
        assertThat(server.check(CHECK).violations()).isZero();
    }

    @Test
    @DisplayName("of partitioners agree in the end")
    void partitioners() {
        Story story = watched()
                .saw(30, "bob#1", "Snapshot", "", "ada:a1", "bob:b1")
                .add(39_000, "ada#1", new Event.Partitioned("group", 2, Map.of("key", "ada")))
                .add(39_000, "bob#1", new Event.Partitioned("group", 2, Map.of("key", "bob")));
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "ada#1 and bob#1 name different owners in group group, though they see the same members");
    }

    private static Story partitioned(String owners) {
        Map<String, String> all = Map.of("key", owners);
        return watched()
                .saw(30, "bob#1", "Snapshot", "", "ada:a1", "bob:b1")
                .add(39_000, "ada#1", new Event.Partitioned("group", 2, all))
                .add(39_000, "bob#1", new Event.Partitioned("group", 2, all));
    }

    @Test
    @DisplayName("have in them whom partitioners name, and somebody for each key")
    void partitionersNameMembers() {
        assertThat(partitioned("ada,bob").check(CHECK).violations()).isZero();
        assertThat(partitioned("").findings(CHECK))
                .containsExactly(
                        "ada#1 names owners {key=} in group group, and sees [ada, bob]",
                        "bob#1 names owners {key=} in group group, and sees [ada, bob]");
        assertThat(partitioned("ada,cyd").check(CHECK).violations()).isEqualTo(2);
    }
}
