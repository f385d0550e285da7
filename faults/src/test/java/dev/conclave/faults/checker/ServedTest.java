package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event.Mode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A waiter")
class ServedTest {
    private static final int CHECK = 5;

    private static Story threeLive() {
        return Story.of("file").lives("ada#1", 1).lives("bob#1", 1).lives("cyd#1", 1);
    }

    @Test
    @DisplayName("is served, first come first served")
    void inOrder() {
        Story story = threeLive()
                .lock("ada#1", 1)
                .held(100, 3_000, 5)
                .and()
                .lock("bob#1", 1)
                .asked(200)
                .granted(3_010, 6)
                .believed(3_011, 3_100)
                .released(3_101, 3_102, "RELEASED")
                .and()
                .lock("bob#1", 2)
                .asked(300, 0)
                .gaveUp(310, "BUSY")
                .and()
                .lock("cyd#1", 1)
                .asked(1_000)
                .granted(3_110, 7)
                .and();
        assertThat(story.check(CHECK).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(story.verdict().measure(Measure.ORDERED_PAIRS)).hasValue(1);
        assertThat(story.verdict().measure(Measure.LONGEST_WAIT)).hasValue(2_810_000_000L);
    }

    private static Story overtaken(Story story, long secondAsked, Mode mode) {
        return overtaken(story, secondAsked, mode, 310);
    }

    /** @param bobHears when he who waits is told of another lock that it is busy */
    private static Story overtaken(Story story, long secondAsked, Mode mode, long bobHears) {
        return story.lock("ada#1", 1)
                .held(100, 3_000, 5)
                .and()
                .claim("bob#1", 1, mode, "lock-1")
                .asked(200)
                .granted(3_110, 7)
                .and()
                .lock("bob#1", 2)
                .asked(300, 0)
                .gaveUp(bobHears, "BUSY")
                .and()
                .claim("cyd#1", 1, mode, "lock-1")
                .asked(secondAsked)
                .granted(3_010, 6)
                .believed(3_011, 3_100)
                .released(3_101, 3_102, "RELEASED")
                .and();
    }

    @Test
    @DisplayName("that one is served before which asked well after it, is found")
    void overtakenInTheQueue() {
        assertThat(overtaken(threeLive(), 1_000, Mode.EXCLUSIVE).findings(CHECK))
                .containsExactly(
                        "cyd#1/1 (token 6) asked for lock lock-1 800.0 ms after bob#1/1 (token 7), which was waiting,"
                                + " and was served before it, at 3.010 s");
    }

    @Test
    @DisplayName(
            "may be overtaken by one that asked at nearly the same time, by a reader beside it, after a fault, and where no order is promised")
    void mayBeOvertaken() {
        assertThat(overtaken(threeLive(), 600, Mode.EXCLUSIVE).check(CHECK).violations())
                .isZero();
        assertThat(overtaken(threeLive(), 1_000, Mode.SHARED).check(CHECK).violations())
                .isZero();
        assertThat(overtaken(threeLive().fault("member-pause", "bob", 1_500, 1_600), 1_000, Mode.EXCLUSIVE)
                        .check(CHECK)
                        .violations())
                .isZero();
        assertThat(overtaken(threeLive().fault("server-pause", "servers", 1_500, 1_600), 1_000, Mode.EXCLUSIVE)
                        .check(CHECK)
                        .violations())
                .isZero();
        assertThat(overtaken(threeLive().traits("PUSH"), 1_000, Mode.EXCLUSIVE)
                        .check(CHECK)
                        .violations())
                .isZero();
    }

    @Test
    @DisplayName(
            "may be overtaken if it is not sure that it was in the queue: nothing else of its process was answered, or it was in trouble")
    void perhapsNotInTheQueue() {
        assertThat(overtaken(threeLive(), 1_000, Mode.EXCLUSIVE, 1_100)
                        .check(CHECK)
                        .violations())
                .isZero();
        Story trouble = threeLive()
                .lock("bob#1", 3)
                .asked(210, 100)
                .gaveUp(900, "BackendUnavailableException")
                .and();
        assertThat(overtaken(trouble, 1_000, Mode.EXCLUSIVE).check(CHECK).violations())
                .isZero();
    }

    @Test
    @DisplayName("may not be overtaken because a third one was stopped, or clocks jumped")
    void otherFaults() {
        Story story = threeLive().fault("member-pause", "ada", 1_500, 1_600).fault("clock-jump", "bob", 1_500, 1_600);
        assertThat(overtaken(story, 1_000, Mode.EXCLUSIVE).check(CHECK).violations())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("without a limit that is told 'busy', or still waits long after all faults were over, is found")
    void neverServed() {
        assertThat(threeLive()
                        .lock("ada#1", 1)
                        .asked(100)
                        .gaveUp(900, "BUSY")
                        .and()
                        .findings(CHECK))
                .containsExactly("ada#1/1 waited for lock lock-1 without a limit and was turned away at 0.900 s: BUSY");
        assertThat(threeLive().lock("ada#1", 1).asked(100).and().findings(CHECK))
                .containsExactly(
                        "ada#1/1 asked for lock lock-1 at 0.100 s, and was not served within 6.000 s once all faults were over");
    }

    @Test
    @DisplayName("may wait for as long as others hold the lock")
    void othersHold() {
        assertThat(threeLive()
                        .lock("bob#1", 1)
                        .asked(50)
                        .granted(60, 5)
                        .believed(60, 30_000)
                        .released(30_001, 30_002, "RELEASED")
                        .and()
                        .lock("ada#1", 1)
                        .asked(100)
                        .granted(30_010, 6)
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
    }

    /** Two read all the time, one beside the other, and a third one wants to read. */
    private static Story readers() {
        return threeLive()
                .claim("bob#1", 1, Mode.SHARED, "lock-1")
                .held(50, 39_999, 5)
                .and()
                .claim("cyd#1", 1, Mode.SHARED, "lock-1")
                .held(60, 39_999, 6)
                .and()
                .claim("ada#1", 1, Mode.SHARED, "lock-1")
                .asked(100)
                .and();
    }

    @Test
    @DisplayName("that reads need not wait for others that read, unless one that writes waits, too")
    void readersBesideReaders() {
        assertThat(readers().findings(CHECK))
                .containsExactly(
                        "ada#1/1 asked for lock lock-1 at 0.100 s, and was not served within 6.000 s once all faults were over");
        assertThat(readers().lock("bob#1", 2).asked(70).and().check(CHECK).violations())
                .isZero();
    }

    @Test
    @DisplayName(
            "is not excused twice by two that hold the lock side by side, nor by who holds it when it has waited for too long")
    void countedOnce() {
        Story story = threeLive();
        for (String who : List.of("bob#1", "cyd#1")) {
            story.claim(who, 1, Mode.SHARED, "lock-1").held(20_000, 25_000, who.equals("bob#1") ? 5 : 6);
            story.claim(who, 2, Mode.SHARED, "lock-1").held(32_000, 39_000, who.equals("bob#1") ? 7 : 8);
        }
        assertThat(story.lock("ada#1", 1).asked(100).and().check(CHECK).violations())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("that was killed, was interrupted, or asked shortly before the end need not be served")
    void needNotBeServed() {
        assertThat(threeLive()
                        .fault("member-kill", "ada", 900, 901)
                        .lock("ada#1", 1)
                        .asked(100)
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
        assertThat(threeLive()
                        .lock("ada#1", 1)
                        .asked(100)
                        .gaveUp(900, "InterruptedException")
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
        assertThat(threeLive().lock("ada#1", 1).asked(39_000).and().check(CHECK).violations())
                .isZero();
    }

    @Test
    @DisplayName("with a limit has its answer soon after it, not counting the time that its process was stopped")
    void limit() {
        assertThat(threeLive()
                        .lock("ada#1", 1)
                        .asked(100, 500)
                        .gaveUp(700, "BUSY")
                        .and()
                        .check(CHECK)
                        .outcome())
                .isEqualTo(Result.Outcome.HELD);
        assertThat(threeLive()
                        .lock("ada#1", 1)
                        .asked(100, 500)
                        .gaveUp(9_000, "BUSY")
                        .and()
                        .findings(CHECK))
                .containsExactly(
                        "ada#1/1 asked for lock lock-1 at 0.100 s for at most 500 ms, and had no answer for 8.900 s in which it ran");
        assertThat(threeLive()
                        .stopped("ada#1", 200, 8_900)
                        .lock("ada#1", 1)
                        .asked(100, 500)
                        .gaveUp(9_000, "BUSY")
                        .and()
                        .check(CHECK)
                        .violations())
                .isZero();
    }
}
