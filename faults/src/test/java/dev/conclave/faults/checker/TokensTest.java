package dev.conclave.faults.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.faults.history.Event;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Tokens and registers")
class TokensTest {
    private static final int REGISTER = 1;
    private static final int TOKENS = 4;

    private static Story twoLive() {
        return Story.of("file").lives("ada#1", 1).lives("bob#1", 1);
    }

    private static Story written(Story story, long at, String claim, long token, boolean accepted) {
        return story.add(at, "registers", new Event.Written("lock-1", true, claim, token, accepted));
    }

    private static Story twoHolders() {
        return twoLive()
                .lock("ada#1", 1)
                .held(100, 200, 5)
                .and()
                .lock("bob#1", 1)
                .held(210, 300, 6)
                .and();
    }

    @Test
    @DisplayName("grow: the later grant has the larger token, and the register refuses the late write")
    void grow() {
        Story story = twoHolders();
        written(story, 150, "ada#1/1", 5, true);
        written(story, 250, "bob#1/1", 6, true);
        written(story, 260, "ada#1/1", 5, false);
        assertThat(story.check(TOKENS).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(story.check(REGISTER).outcome()).isEqualTo(Result.Outcome.HELD);
        assertThat(story.verdict().measure(Measure.FENCED_OFF)).hasValue(1);
    }

    @Test
    @DisplayName("are wrong if one that was asked for after another was granted is not larger")
    void goBack() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .held(100, 200, 7)
                .and()
                .lock("bob#1", 1)
                .held(210, 300, 6)
                .and();
        assertThat(story.findings(TOKENS))
                .anySatisfy(
                        finding -> assertThat(finding)
                                .startsWith(
                                        "bob#1/1 (token 6) asked for lock lock-1 at 0.210 s, 108.0 ms after ada#1/1 (token 7)"));
    }

    @Test
    @DisplayName("are wrong if one that waited from before gets a smaller one after the other's end")
    void goBackForAWaiter() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .held(100, 200, 7)
                .and()
                .lock("bob#1", 1)
                .asked(90)
                .granted(205, 6)
                .believed(206, 300)
                .and();
        assertThat(story.findings(TOKENS)).singleElement().asString().contains("with a smaller token");
        assertThat(story.check(2).violations()).isZero();
    }

    @Test
    @DisplayName(
            "may be told out of order by holders that asked at one time: the one that tells late may have been first")
    void toldLate() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(300, 6)
                .believed(301, 310)
                .and()
                .lock("bob#1", 1)
                .asked(101)
                .granted(400, 5)
                .disbelieved(401)
                .and();
        assertThat(story.check(TOKENS).violations()).isZero();
    }

    @Test
    @DisplayName("are wrong if two have the same")
    void twice() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .asked(100)
                .granted(102, 5)
                .and()
                .lock("bob#1", 1)
                .asked(101)
                .granted(103, 5)
                .and();
        assertThat(story.findings(TOKENS))
                .containsExactly("ada#1/1 and bob#1/1 were both granted lock lock-1 with token 5");
    }

    @Test
    @DisplayName("are of one name each: another lock's are nothing to compare with")
    void names() {
        Story story = twoLive()
                .lock("ada#1", 1)
                .held(100, 200, 7)
                .and()
                .claim("bob#1", 1, Event.Mode.EXCLUSIVE, "lock-2")
                .held(210, 300, 6)
                .and();
        assertThat(story.check(TOKENS).outcome()).isEqualTo(Result.Outcome.NOTHING_TO_DECIDE);
    }

    @Test
    @DisplayName("are worth nothing to a register that accepts an older one")
    void registerAccepts() {
        Story story = twoHolders();
        written(story, 250, "bob#1/1", 6, true);
        written(story, 260, "ada#1/1", 5, true);
        assertThat(story.findings(REGISTER))
                .containsExactly(
                        "at 0.260 s the fenced register lock-1 accepted token 5 of ada#1/1 after token 6 of bob#1/1");
    }

    @Test
    @DisplayName("nor to one that refuses a newer one, or to a writer that has another token than it was granted")
    void registerRefuses() {
        Story story = twoHolders();
        written(story, 150, "ada#1/1", 5, false);
        written(story, 160, "ada#1/1", 8, true);
        assertThat(story.findings(REGISTER))
                .containsExactly(
                        "at 0.150 s the fenced register lock-1 refused token 5 of ada#1/1 as its first",
                        "at 0.160 s ada#1/1 wrote to lock-1 with token 8, which it is not known to have been granted");
    }

    @Test
    @DisplayName("would have been needed where a register does not look: late writes there are counted")
    void unfenced() {
        Story story = twoHolders()
                .add(250, "registers", new Event.Written("lock-1", false, "bob#1/1", 6, true))
                .add(260, "registers", new Event.Written("lock-1", false, "ada#1/1", 5, true));
        assertThat(story.check(REGISTER).violations()).isZero();
        assertThat(story.verdict().measure(Measure.UNFENCED_OVERWRITES)).hasValue(1);
    }
}
