package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.History;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A history")
class WholeTest {
    private static final int WHOLE = 0;
    private static final int LEAKS = 8;
    private static final int HAMMERED = 9;

    private static Story whole() {
        return Story.of("file")
                .lives("ada#1", 1)
                .lives("bob#1", 1)
                .lives("cyd#1", 1)
                .fault("member-pause", "ada", 5_000, 6_000)
                .lock("ada#1", 1)
                .held(100, 200, 5)
                .and()
                .claim("ada#1", 2, Mode.SHARED, "lock-1")
                .held(210, 220, 6)
                .and()
                .term("ada#1", 3)
                .granted(300, 7)
                .and();
    }

    @Test
    @DisplayName("is whole if all members took part, something was broken, and each way of claiming was granted")
    void isWhole() {
        assertThat(whole().findings(WHOLE)).isEmpty();
    }

    @Test
    @DisplayName("that is empty, or has no end, does not pass")
    void empty() {
        assertThat(Checker.check(new History(List.of())).holds()).isFalse();
        History endless = new History(whole().history().entries().stream()
                .filter(entry -> !(entry.event() instanceof Event.Ended))
                .toList());
        assertThat(Checker.check(endless).results().get(WHOLE).findings())
                .singleElement()
                .asString()
                .contains("it is not whole");
    }

    @Test
    @DisplayName("of a run in which nothing happened does not pass")
    void idle() {
        assertThat(Story.of("file").lives("ada#1", 1).findings(WHOLE))
                .contains(
                        "member bob never connected",
                        "member bob told nothing after the faults were over",
                        "nothing was broken",
                        "nothing EXCLUSIVE was ever granted");
    }

    @Test
    @DisplayName("without a fault that was planned, or with one that was not over, does not pass")
    void faults() {
        assertThat(whole().add(1, "nemesis", new Event.Planned(List.of("member-pause", "member-kill")))
                        .findings(WHOLE))
                .containsExactly("the fault member-kill was planned and never done");
        assertThat(whole().fault("refuse", "bob", 19_000, 21_000).findings(WHOLE))
                .containsExactly("the fault refuse of bob was not over when the calm began");
    }

    private static Story failOvers(int inVain) {
        Story story = whole().beliefOverlap(1_000).add(1, "nemesis", new Event.Planned(List.of("fail-over")));
        for (int i = 0; i < inVain; i++) {
            Map<String, String> details = Map.of(Event.FaultBegan.IN_VAIN, "nobody is there");
            story.add(7_000 + i, "nemesis", new Event.FaultBegan(70 + i, "fail-over", "servers", details))
                    .add(7_000 + i, "nemesis", new Event.FaultEnded(70 + i));
        }
        return story;
    }

    @Test
    @DisplayName("in which a fault was tried again and again in vain does not pass; once may be chance")
    void inVain() {
        assertThat(failOvers(1).findings(WHOLE)).isEmpty();
        assertThat(failOvers(3).findings(WHOLE)).containsExactly("the fault fail-over was planned and never done");
        assertThat(failOvers(3).fault("fail-over", "servers", 8_000, 8_100).findings(WHOLE))
                .isEmpty();
    }

    @Test
    @DisplayName("of a member whose last process was killed, or that tells of claims from nowhere, does not pass")
    void strange() {
        assertThat(whole().fault("member-kill", "cyd", 7_000, 7_001).findings(WHOLE))
                .containsExactly("member cyd told nothing after the faults were over");
        assertThat(whole().lock("bob#1", 9).believed(10, 20).and().findings(WHOLE))
                .containsExactly("bob#1 tells of claims that it neither asked for nor was granted");
    }

    @Test
    @DisplayName("in which something failed though all faults were over does not pass")
    void failed() {
        assertThat(whole().add(44_000, "nemesis", new Event.Failed("using all once more", "LockBusyException: anchor"))
                        .findings(WHOLE))
                .containsExactly("using all once more failed, though all faults were over: LockBusyException: anchor");
        assertThat(whole().add(30_000, "ada#1", new Event.Failed("group crew", "NotMemberException"))
                        .findings(WHOLE))
                .isEmpty();
    }

    @Test
    @DisplayName("shows what was left, and whether it may be")
    void residue() {
        assertThat(whole().check(LEAKS).outcome()).isEqualTo(Result.Outcome.NOTHING_TO_DECIDE);
        assertThat(whole().add(44_000, "nemesis", new Event.Residue("keys", 3, 3))
                        .check(LEAKS)
                        .outcome())
                .isEqualTo(Result.Outcome.HELD);
        assertThat(whole().add(44_000, "nemesis", new Event.Residue("keys", 4, 3))
                        .findings(LEAKS))
                .containsExactly("4 of keys were left; 3 may be");
    }

    @Test
    @DisplayName("shows whether a backend that was away was hammered; what is sent to one that is there is work")
    void hammered() {
        Story story = whole().fault("drop", "bob", 10_000, 13_000)
                .add(9_000, "nemesis", new Event.Traffic("bob", 9_000, 500, 1_000))
                .add(12_000, "nemesis", new Event.Traffic("bob", 90, 5, 1_000));
        assertThat(story.check(HAMMERED).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(story.verdict().measure(Measure.PACKETS_FAILING)).hasValue(90);
        story.add(12_500, "nemesis", new Event.Traffic("bob", 9_000, 5, 1_000));
        assertThat(story.findings(HAMMERED)).singleElement().asString().startsWith("bob sent 9000 packets");
    }

    @Test
    @DisplayName("shows nothing of hammering if nobody was cut off, or who was refused before anything was counted")
    void notHammered() {
        assertThat(whole().fault("refuse", "bob", 7_000, 10_000)
                        .add(9_000, "nemesis", new Event.Traffic("bob", 0, 0, 1_000))
                        .check(HAMMERED)
                        .outcome())
                .isEqualTo(Result.Outcome.NOTHING_TO_DECIDE);
        assertThat(whole().add(9_000, "nemesis", new Event.Traffic("bob", 9_000, 500, 1_000))
                        .check(HAMMERED)
                        .outcome())
                .isEqualTo(Result.Outcome.NOTHING_TO_DECIDE);
    }
}
