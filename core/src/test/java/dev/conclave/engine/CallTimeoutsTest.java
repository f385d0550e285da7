package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.BackendUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The time-out of calls")
class CallTimeoutsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration LITTLE = Duration.ofNanos(1);

    private final ManualTime time = new ManualTime();
    private final CallTimeouts timeouts = new CallTimeouts(time, TIMEOUT);
    private final List<String> late = new ArrayList<>();

    @Test
    @DisplayName("ends each call exactly when its own time is over, whatever became of those before it")
    void exact() {
        List<CompletableFuture<String>> steps = new ArrayList<>();
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CompletableFuture<String> step = new CompletableFuture<>();
            steps.add(step);
            calls.add(bounded(step));
            time.advance(Duration.ofMillis(100));
        }
        steps.get(0).complete("first");
        steps.get(4).complete("fifth");
        time.advance(TIMEOUT.minusSeconds(1).minus(LITTLE));
        for (int i = 0; i < 10; i++) {
            boolean answered = i == 0 || i == 4;
            assertThat(calls.get(i).isDone()).as("call %d before its time", i).isEqualTo(answered);
            time.advance(LITTLE);
            assertThat(calls.get(i).isCompletedExceptionally())
                    .as("call %d at its time", i)
                    .isEqualTo(!answered);
            time.advance(Duration.ofMillis(100).minus(LITTLE));
        }
        assertThat(time.pending()).isZero();
    }

    @Test
    @DisplayName("takes one timer for any number of calls that are answered, and none when nothing is asked")
    void oneTimer() {
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<String> step = new CompletableFuture<>();
            CompletableFuture<String> call = bounded(step);
            step.complete("answer " + i);
            assertThat(call).isCompletedWithValue("answer " + i);
        }
        assertThat(time.scheduled()).isEqualTo(1);
        time.advance(TIMEOUT);
        assertThat(time.pending()).isZero();
        CompletableFuture<String> never = bounded(new CompletableFuture<>());
        time.advance(TIMEOUT.minus(LITTLE));
        assertThat(never).isNotDone();
        time.advance(LITTLE);
        assertThat(never)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BackendUnavailableException.class);
    }

    @Test
    @DisplayName("hands on an answer that comes too late, and tells failures as what they are")
    void late() {
        CompletableFuture<String> step = new CompletableFuture<>();
        CompletableFuture<String> call = bounded(step);
        time.advance(TIMEOUT);
        step.complete("too late");
        assertThat(call).isCompletedExceptionally();
        assertThat(late).containsExactly("too late");
        CompletableFuture<String> failing = bounded(CompletableFuture.failedFuture(new IllegalStateException("no")));
        assertThat(failing)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(BackendUnavailableException.class);
    }

    private CompletableFuture<String> bounded(CompletableFuture<String> step) {
        return timeouts.bounded(step, () -> new BackendUnavailableException("no answer", null), late::add);
    }
}
