package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Mode;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Overlap of belief")
class OverlapOfBeliefTest {
    private static final int CHECK = 2;

    private static Story twoLive(String driver) {
        return Story.of(driver).lives("ada#1", 1).lives("bob#1", 1);
    }

    @Test
    @DisplayName("is none if one holder comes after the other")
    void oneAfterTheOther() {
        Verdict verdict = twoLive("file")
                .lock("ada#1", 1)
                .held(100, 200, 5)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .believed(204, 300)
                .and()
                .verdict();
        assertThat(verdict.results().get(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(verdict.measure(Measure.OVERLAP_LOCKS)).hasValue(0);
        assertThat(verdict.measure(Measure.HANDOVERS)).hasValue(1);
    }

    @Test
    @DisplayName("is found if the older holder says that it is valid after the newer one was granted the lock")
    void found() {
        Story story = twoLive("file")
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 250)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .believed(204, 300)
                .and();
        assertThat(story.findings(CHECK))
                .containsExactly(
                        "ada#1/1 (token 5) believed in lock lock-1 until 0.250 s, 47.0 ms after bob#1/1 (token 6)"
                                + " had it; nothing had made the backend forget");
        assertThat(story.verdict().measure(Measure.OVERLAP_LOCKS)).hasValue(47_000_000);
    }

    @Test
    @DisplayName("is found of a single step, without a sample")
    void foundByStep() {
        Story story = twoLive("file")
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .step(210, true)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .and();
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
    }

    @Test
    @DisplayName("is none if the holder was stopped while another had the lock, and did not believe when it ran again")
    void stopped() {
        Story story = twoLive("file")
                .fault("member-pause", "ada", 150, 5_000)
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 149)
                .disbelieved(5_001)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(1_203, 6)
                .believed(1_204, 1_300)
                .released(1_301, 1_303, "RELEASED")
                .and();
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
    }

    @Test
    @DisplayName("is found if the holder was stopped while another had the lock, and believes when it runs again")
    void stoppedAndStillBelieves() {
        Story story = twoLive("file")
                .fault("member-pause", "ada", 150, 5_000)
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 149)
                .believed(5_001, 5_003)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(1_203, 6)
                .believed(1_204, 1_300)
                .released(1_301, 1_303, "RELEASED")
                .and();
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.VIOLATED);
    }

    @Test
    @DisplayName("ends when giving back begins, though the handle is asked a little longer")
    void endsWithReleasing() {
        Story story = twoLive("file")
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 205)
                .released(200, 206, "RELEASED")
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .believed(204, 300)
                .and();
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
    }

    @Test
    @DisplayName("is none if the newer holder was killed before it could tell, or tells of its grant late")
    void killedBeforeTelling() {
        Story story = twoLive("file")
                .fault("member-kill", "bob", 203, 204)
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 200)
                .released(201, 202, "RELEASED")
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .and()
                .lock("ada#1", 2)
                .asked(205)
                .granted(500, 7)
                .believed(501, 600)
                .and();
        assertThat(story.check(CHECK).outcome()).isNotEqualTo(Result.Outcome.VIOLATED);
    }

    @Test
    @DisplayName("does not count readers beside readers, but readers beside a writer")
    void readers() {
        Story story = twoLive("file")
                .claim("ada#1", 1, Mode.SHARED, "lock-1")
                .asked(100)
                .granted(102, 5)
                .believed(103, 300)
                .and()
                .claim("bob#1", 1, Mode.SHARED, "lock-1")
                .asked(101)
                .granted(103, 6)
                .believed(104, 200)
                .and();
        assertThat(story.check(CHECK).violations()).isZero();
        story.claim("bob#1", 2, Mode.EXCLUSIVE, "lock-1")
                .asked(205)
                .granted(250, 7)
                .believed(251, 260);
        assertThat(story.findings(CHECK))
                .singleElement()
                .asString()
                .startsWith("ada#1/1 (token 5) believed in lock lock-1");
    }

    @Test
    @DisplayName("does not count an election and a lock of one name")
    void kinds() {
        Story story = twoLive("file")
                .claim("ada#1", 1, Mode.EXCLUSIVE, "x")
                .asked(100)
                .granted(102, 5)
                .believed(103, 300)
                .and()
                .claim("bob#1", 1, Mode.LEADERSHIP, "x")
                .granted(103, 6)
                .believed(104, 200)
                .and();
        assertThat(story.check(CHECK).violations()).isZero();
    }

    @Test
    @DisplayName(
            "is excused up to the bound if the server was emptied between the older claim's asking and the newer one's grant")
    void excused() {
        Story story = twoLive("redis")
                .beliefOverlap(1_000)
                .fault("flush", "servers", 150, 151)
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 900)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .believed(204, 1_500)
                .and();
        assertThat(story.check(CHECK).violations()).isZero();
        assertThat(story.verdict().measure(Measure.OVERLAP_LOCKS)).hasValue(697_000_000);
        story.lock("ada#1", 1).believed(900, 1_300);
        assertThat(story.findings(CHECK))
                .singleElement()
                .asString()
                .contains("1.097 s after", "the driver's bound is 1.000 s");
    }

    @Test
    @DisplayName(
            "is not excused if the server was emptied before the older claim was asked for, or another fault struck")
    void notExcused() {
        Story story = twoLive("redis")
                .beliefOverlap(1_000)
                .fault("flush", "servers", 50, 51)
                .fault("server-pause", "servers", 120, 160)
                .fault("member-pause", "ada", 120, 150)
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 250)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .believed(204, 300)
                .and();
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
    }

    /** Both are asked for 50 ms after the fault was over, and overlap by so much. */
    private static Story afterwards(String deployment, String kind, long overlap) {
        return twoLive("redis")
                .deployment(deployment)
                .beliefOverlap(1_000)
                .fault(kind, "server-1", 100, 150)
                .lock("ada#1", 1)
                .asked(200)
                .granted(202, 5)
                .believed(203, 303 + overlap)
                .and()
                .lock("bob#1", 1)
                .asked(210)
                .granted(303, 6)
                .believed(304, 1_500)
                .and();
    }

    @Test
    @DisplayName(
            "is excused behind sentinels for a while after a primary was replaced, or stopped so that it is; not for longer than the bound, nor elsewhere")
    void sentinels() {
        String sentinels = "a primary, two replicas and three sentinels";
        assertThat(afterwards(sentinels, "fail-over", 900).check(CHECK).violations())
                .isZero();
        assertThat(afterwards(sentinels, "server-pause", 900).check(CHECK).violations())
                .isZero();
        assertThat(afterwards(sentinels, "fail-over", 1_100).check(CHECK).violations())
                .isEqualTo(1);
        assertThat(afterwards("one server", "fail-over", 900).check(CHECK).violations())
                .isEqualTo(1);
        assertThat(afterwards(sentinels, "member-pause", 900).check(CHECK).violations())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("is not excused behind sentinels by what was over for longer than the bound")
    void longAfter() {
        Story story = twoLive("redis")
                .deployment("a primary, two replicas and three sentinels")
                .beliefOverlap(1_000)
                .fault("fail-over", "servers", 100, 150);
        story.lock("ada#1", 1).asked(1_200).granted(1_202, 5).believed(1_203, 1_400);
        story.lock("bob#1", 1).asked(1_210).granted(1_303, 6).believed(1_304, 1_500);
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
    }

    @Test
    @DisplayName("is not excused by a fail-over in vain")
    void failOverInVain() {
        Story story = twoLive("redis")
                .beliefOverlap(1_000)
                .add(
                        250,
                        "nemesis",
                        new Event.FaultBegan(
                                1, "fail-over", "servers", Map.of(Event.FaultBegan.IN_VAIN, "nobody is there")))
                .add(251, "nemesis", new Event.FaultEnded(1));
        story.lock("ada#1", 1).asked(200).granted(202, 5).believed(203, 400);
        story.lock("bob#1", 1).asked(210).granted(303, 6).believed(304, 500);
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
    }

    @Test
    @DisplayName("of leaders is not excused by what was emptied before the older one's last term was over")
    void leadersNotExcused() {
        Story story = twoLive("redis").beliefOverlap(1_000).fault("flush", "servers", 50, 51);
        story.term("ada#1", 1).granted(100, 5).believed(101, 200).released(200, 201, "RELEASED");
        story.term("ada#1", 2).granted(300, 6).believed(301, 450);
        story.term("bob#1", 1).granted(400, 7).believed(401, 500);
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
        story.fault("flush", "servers", 350, 351);
        assertThat(story.check(CHECK).violations()).isZero();
    }

    @Test
    @DisplayName("is not excused by what was emptied before the one before the older claim gave it back")
    void notExcusedBeforeHandOver() {
        Story story = twoLive("redis").beliefOverlap(1_000).fault("flush", "servers", 150, 151);
        story.lock("bob#1", 1).held(100, 200, 5);
        story.lock("ada#1", 1).asked(110).granted(203, 6).believed(204, 350);
        story.lock("bob#1", 2).asked(220).granted(300, 7).believed(301, 310);
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
    }

    @Test
    @DisplayName("has no excuse on a driver that publishes none")
    void noExcuse() {
        Story story = twoLive("etcd")
                .fault("server-restart", "servers", 150, 160)
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .believed(103, 250)
                .and()
                .lock("bob#1", 1)
                .asked(110)
                .granted(203, 6)
                .believed(204, 300)
                .and();
        assertThat(story.check(CHECK).violations()).isEqualTo(1);
    }

    @Test
    @DisplayName("has nothing to decide in a run in which nothing was handed over")
    void nothing() {
        Story story = twoLive("file").lock("ada#1", 1).held(100, 200, 5).and();
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.NOTHING_TO_DECIDE);
    }
}
