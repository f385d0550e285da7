package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A loss")
class LossToldTest {
    private static final int CHECK = 3;

    private static Story twoLive() {
        return Story.of("file").lives("ada#1", 1).lives("bob#1", 1);
    }

    @Test
    @DisplayName("is told, and the next step is not taken")
    void told() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .step(103, true)
                .believed(104, 150)
                .disbelieved(151)
                .lost(152, "EXPIRED")
                .step(160, false)
                .released(161, 162, "ALREADY_LOST")
                .and();
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(story.verdict().measure(Measure.LOSSES)).hasValue(1);
        assertThat(story.verdict().measure(Measure.STEPS_NOT_TAKEN)).hasValue(1);
    }

    @Test
    @DisplayName("is final: a step that finds the claim valid after it is found")
    void validAgain() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .disbelieved(151)
                .lost(152, "EXPIRED")
                .step(160, true)
                .and();
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "ada#1/1 (token 5) found lock lock-1 valid for a step at 0.160 s, though its end had shown at 0.151 s");
    }

    @Test
    @DisplayName("that isValid() shows and nobody tells is found")
    void notTold() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 150)
                .disbelieved(151)
                .and();
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "ada#1/1 (token 5) was seen to have lost lock lock-1 at 0.151 s, and was not told within 6.000 s");
    }

    @Test
    @DisplayName(
            "need not be told to a process that was killed or stopped at once, nor to one that gave back meanwhile")
    void nobodyToTell() {
        assertThat(twoLive()
                        .fault("member-kill", "ada", 152, 153)
                        .lock("ada#1", 1)
                        .asked(100)
                        .granted(102, 5)
                        .disbelieved(151)
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
        assertThat(twoLive()
                        .fault("member-pause", "ada", 152, 9_000)
                        .lock("ada#1", 1)
                        .asked(100)
                        .granted(102, 5)
                        .disbelieved(151)
                        .lost(9_001, "EXPIRED")
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
        assertThat(twoLive()
                        .lock("ada#1", 1)
                        .asked(100)
                        .granted(102, 5)
                        .disbelieved(151)
                        .released(153, 160, "ALREADY_LOST")
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
    }

    @Test
    @DisplayName("that the holder hears of only after a step, when another had the lock, is found")
    void stepOnceOvertaken() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .step(210, true)
                .lost(220, "FORGOTTEN")
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .and();
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "ada#1/1 (token 5) found lock lock-1 valid for a step at 0.210 s, 7.0 ms after bob#1/1 (token 6) had it");
    }

    @Test
    @DisplayName("that giving back hides, by saying that the claim stood until then, is found")
    void releasedThoughOvertaken() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 150)
                .released(250, 252, "RELEASED")
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .and();
        assertThat(story.findings(CHECK)).singleElement().asString().contains("was told RELEASED by lock lock-1");
        Story honest = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 150)
                .released(250, 252, "ALREADY_LOST")
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .and();
        assertThat(honest.check(CHECK).violations()).isZero();
    }

    @Test
    @DisplayName("has nothing to be decided of where nothing was lost, however many steps were taken")
    void nothingLost() {
        Story story = Story.of("file").lives("ada#1", 1);
        story.lock("ada#1", 1).asked(100).granted(102, 5).step(110, true).step(120, true);
        assertThat(story.check(3).outcome()).isEqualTo(Result.Outcome.NOTHING_TO_DECIDE);
    }
}
