package dev.conclave.memory;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("virtual time")
class VirtualTimeTest {
    private final VirtualTime time = new VirtualTime();
    private final List<String> ran = new ArrayList<>();

    @Test
    @DisplayName("stands still until a test lets it pass")
    void standsStill() {
        long nanos = time.nanoTime();
        Instant wall = time.now();
        time.runUntilIdle();
        assertThat(time.nanoTime()).isEqualTo(nanos);
        time.advance(ofSeconds(61));
        assertThat(time.nanoTime() - nanos).isEqualTo(ofSeconds(61).toNanos());
        assertThat(time.now()).isEqualTo(wall.plusSeconds(61));
    }

    @Test
    @DisplayName("overflows its nanoseconds within a minute, as System.nanoTime() may")
    void overflows() {
        long before = time.nanoTime();
        time.advance(ofSeconds(60));
        assertThat(time.nanoTime()).isLessThan(before);
        assertThat(time.nanoTime() - before).isPositive();
    }

    @Test
    @DisplayName("runs tasks by when they are due and then by when they were scheduled")
    void ordersTasks() {
        time.schedule(ofSeconds(2), () -> ran.add("second"));
        time.schedule(ofSeconds(1), () -> ran.add("first"));
        time.schedule(ofSeconds(2), () -> ran.add("third"));
        time.advance(ofSeconds(2));
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    @DisplayName("shows each task its own instant")
    void showsTaskItsInstant() {
        Instant start = time.now();
        time.schedule(
                ofMillis(1500),
                () -> ran.add(Duration.between(start, time.now()).toString()));
        time.advance(ofSeconds(9));
        assertThat(ran).containsExactly("PT1.5S");
    }

    @Test
    @DisplayName("runs what a task schedules, if that is due in the same stretch")
    void runsNestedTasks() {
        time.schedule(ofSeconds(1), () -> time.schedule(ofSeconds(1), () -> ran.add("nested")));
        time.advance(ofMillis(1999));
        assertThat(ran).isEmpty();
        time.advance(ofMillis(1));
        assertThat(ran).containsExactly("nested");
    }

    @Test
    @DisplayName("runs what is due now, negative delays included, without passing")
    void runsWhatIsDue() {
        time.schedule(ofSeconds(-5), () -> time.schedule(ZERO, () -> ran.add("now")));
        time.schedule(ofMillis(1), () -> ran.add("later"));
        time.runUntilIdle();
        assertThat(ran).containsExactly("now");
    }

    @Test
    @DisplayName("does not run a task that was cancelled")
    void cancels() {
        TimeSource.Timer timer = time.schedule(ofSeconds(1), () -> ran.add("never"));
        timer.cancel();
        timer.cancel();
        time.advance(ofSeconds(2));
        assertThat(ran).isEmpty();
        assertThat(time).hasToString("VirtualTime[PT2S, 0 tasks]");
    }

    @Test
    @DisplayName("stops at the task that makes a condition true")
    void advancesUntil() {
        Instant start = time.now();
        time.schedule(ofSeconds(1), () -> ran.add("one"));
        time.schedule(ofSeconds(2), () -> ran.add("two"));
        assertThat(time.advanceUntil(() -> ran.contains("one"), ofSeconds(5))).isTrue();
        assertThat(time.now()).isEqualTo(start.plusSeconds(1));
        assertThat(time.advanceUntil(() -> ran.contains("three"), ofSeconds(5))).isFalse();
        assertThat(time.now()).isEqualTo(start.plusSeconds(6));
    }

    @Test
    @DisplayName("takes a delay beyond all bounds as very long")
    void toleratesLongDelays() {
        time.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> ran.add("never"));
        time.advance(Duration.ofDays(365));
        assertThat(ran).isEmpty();
    }

    @Test
    @DisplayName("is not passed by a task")
    void refusesNesting() {
        time.schedule(ofSeconds(1), () -> time.advance(ofSeconds(1)));
        assertThatThrownBy(() -> time.advance(ofSeconds(1))).isInstanceOf(IllegalStateException.class);
    }
}
