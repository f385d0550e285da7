package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Once all faults are over")
class OneLeaderTest {
    private static final int CHECK = 7;

    private static Story twoLive() {
        return Story.of("redis").beliefOverlap(1_000).lives("ada#1", 1).lives("bob#1", 1);
    }

    @Test
    @DisplayName("there is one leader, also when one steps down")
    void oneLeader() {
        Story story = twoLive()
                .term("ada#1", 1)
                .granted(22_000, 5)
                .believed(22_000, 30_000)
                .released(30_001, 30_002, "RELEASED")
                .and()
                .term("bob#1", 1)
                .granted(30_500, 6)
                .believed(30_500, 41_000)
                .and()
                .add(30_600, "ada#1", new Event.Elected("election-1", "bob", "b1", 6));
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(story.verdict().measure(Measure.TIME_TO_LEADER)).hasValue(2_000_000_000);
        assertThat(story.verdict().measure(Measure.LONGEST_VACANCY)).hasValue(500_000_000);
    }

    @Test
    @DisplayName("a leader that is in office already needs no time")
    void already() {
        Story story = twoLive()
                .term("ada#1", 1)
                .granted(10_000, 5)
                .believed(10_000, 41_000)
                .and();
        assertThat(story.verdict().measure(Measure.TIME_TO_LEADER)).hasValue(0);
    }

    @Test
    @DisplayName("an election that nobody wins is found, and one that is left without a leader")
    void vacant() {
        assertThat(twoLive()
                        .term("ada#1", 1)
                        .granted(10_000, 5)
                        .believed(10_000, 19_000)
                        .and()
                        .findings(CHECK))
                .containsExactly(
                        "election election-1 had no leader from 20.000 s to 40.000 s, though all faults were over since"
                                + " 20.000 s; the bound is 6.000 s");
        assertThat(twoLive()
                        .term("ada#1", 1)
                        .granted(10_000, 5)
                        .believed(10_000, 25_000)
                        .and()
                        .findings(CHECK))
                .singleElement()
                .asString()
                .startsWith("election election-1 had no leader from 25.000 s to 40.000 s");
    }

    @Test
    @DisplayName("two leaders are found, whatever the bound excused while the faults went on")
    void two() {
        Story story = twoLive()
                .fault("flush", "servers", 10_100, 10_101)
                .term("ada#1", 1)
                .granted(10_000, 5)
                .believed(10_000, 29_000)
                .and()
                .term("bob#1", 1)
                .granted(28_500, 6)
                .believed(28_500, 41_000)
                .and();
        assertThat(story.findings(CHECK))
                .singleElement()
                .asString()
                .contains("both believed to lead election election-1 at 28.500 s");
    }

    @Test
    @DisplayName("an observer that knows of another leader in the end is found")
    void observer() {
        Story story = twoLive()
                .term("ada#1", 1)
                .granted(22_000, 5)
                .believed(22_000, 41_000)
                .and()
                .add(15_000, "bob#1", new Event.Elected("election-1", "bob", "b1", 4));
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "bob#1 observing election election-1 was last told of bob, term 4, at 15.000 s; the leader since"
                                + " 22.000 s was ada#1/1 (token 5)");
    }
}
