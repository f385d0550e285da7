package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The machine's timers")
class SystemTimeTest {
    private final SystemTime time = new SystemTime("ada");

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    @DisplayName("run in the order in which they are due, also before and after one that was cancelled")
    void order() throws InterruptedException {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch last = new CountDownLatch(1);
        TimeSource.Timer cancelled = time.schedule(Duration.ofSeconds(3), () -> ran.add("cancelled"));
        cancelled.cancel();
        time.schedule(Duration.ofSeconds(4), () -> {
            ran.add("late");
            last.countDown();
        });
        time.schedule(Duration.ZERO, () -> ran.add("at once"));

        assertThat(last.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly("at once", "late");
    }

    @Test
    @DisplayName("of which many are set and cancelled again leave one at most that is still to come")
    void cancelled() {
        AtomicBoolean ran = new AtomicBoolean();
        for (int i = 0; i < 1_000; i++) {
            List<TimeSource.Timer> timers = List.of(
                    time.schedule(Duration.ofHours(2), () -> ran.set(true)),
                    time.schedule(Duration.ofHours(1), () -> ran.set(true)));
            timers.forEach(TimeSource.Timer::cancel);
        }
        assertThat(time.pending()).isEqualTo(1);
        assertThat(ran).isFalse();
    }

    @Test
    @DisplayName("are not run any more once they are closed")
    void closed() {
        AtomicBoolean ran = new AtomicBoolean();
        time.schedule(Duration.ofHours(1), () -> ran.set(true));
        time.close();
        time.schedule(Duration.ZERO, () -> ran.set(true));
        assertThat(time.pending()).isZero();
        assertThat(ran).isFalse();
    }
}
