package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("callbacks of one subscription")
class CallbacksTest {
    private final Callbacks callbacks = new Callbacks("ada", null, new ManualTime());

    @AfterEach
    void close() {
        callbacks.close();
    }

    @Test
    @DisplayName("run one at a time and in order, whoever adds them")
    void order() throws Exception {
        Callbacks.Serial serial = callbacks.serial("a test");
        List<Integer> seen = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            serial.run(() -> {
                seen.add(number);
                done.countDown();
            });
        }
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(seen).isSorted().hasSize(10_000);
    }

    @Test
    @DisplayName("that block do not hold up those of another subscription")
    void blocking() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch other = new CountDownLatch(1);
        callbacks.serial("one that blocks").run(() -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        callbacks.serial("another").run(other::countDown);
        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        release.countDown();
    }

    @Test
    @DisplayName("that throw, even errors, do not stop the next ones")
    void throwing() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Callbacks.Serial serial = callbacks.serial("one that throws");
        serial.run(() -> {
            throw new IllegalStateException("first");
        });
        serial.run(() -> {
            throw new StackOverflowError("second");
        });
        serial.run(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @DisplayName("run all the same, and in order, when the executor refuses or fails")
    void refused() throws Exception {
        for (Throwable refusal : List.of(
                new RejectedExecutionException("stopped"),
                new IllegalArgumentException("broken"),
                new OutOfMemoryError("unable to create native thread"))) {
            Callbacks refusing = new Callbacks("ada", task -> refuse(refusal), new ManualTime());
            Callbacks.Serial serial = refusing.serial("a test");
            List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch done = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                int number = i;
                serial.run(() -> {
                    seen.add(number);
                    done.countDown();
                });
            }
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).containsExactly(0, 1, 2);
        }
    }

    private static void refuse(Throwable refusal) {
        if (refusal instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) refusal;
    }

    @Test
    @DisplayName("wait, in order, while no thread can be had for them, and nothing reaches who adds them")
    void noThread() {
        ManualTime time = new ManualTime();
        AtomicBoolean exhausted = new AtomicBoolean(true);
        Executor threads = task -> {
            if (exhausted.get()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        };
        Callbacks starved = new Callbacks("ada", threads, time, threads);
        Callbacks.Serial serial = starved.serial("a test");
        List<Integer> seen = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int number = i;
            serial.run(() -> seen.add(number));
            starved.execute(() -> seen.add(10 + number));
        }
        time.advance(Duration.ofSeconds(10));
        assertThat(seen).isEmpty();
        assertThat(time.pending()).as("one timer for all").isEqualTo(1);
        exhausted.set(false);
        time.advance(Duration.ofMillis(100));
        assertThat(seen).containsExactly(0, 1, 2, 10, 11, 12);
        assertThat(time.pending()).isZero();
        serial.run(() -> seen.add(3));
        assertThat(seen).endsWith(3);
    }

    @Test
    @DisplayName("run once although the executor takes them and then throws")
    void takesAndThrows() {
        List<Runnable> taken = new ArrayList<>();
        Callbacks throwing = new Callbacks(
                "ada",
                task -> {
                    taken.add(task);
                    throw new OutOfMemoryError("unable to create native thread");
                },
                new ManualTime(),
                Runnable::run);
        List<String> seen = new ArrayList<>();
        throwing.execute(() -> seen.add("once"));
        taken.forEach(Runnable::run);
        assertThat(seen).containsExactly("once");
    }

    @Test
    @DisplayName("that add others on an executor which runs at once neither overtake nor recurse without end")
    void inline() {
        Callbacks inline = new Callbacks("ada", Runnable::run, new ManualTime());
        Callbacks.Serial serial = inline.serial("a test");
        List<Integer> seen = new ArrayList<>();
        step(serial, seen, 0);
        assertThat(seen).hasSize(50_000).isSorted();
    }

    private static void step(Callbacks.Serial serial, List<Integer> seen, int number) {
        if (number < 50_000) {
            serial.run(() -> {
                step(serial, seen, number + 1);
                seen.add(number);
            });
        }
    }

    @Test
    @DisplayName("begin no more once the subscription is closed")
    void closed() {
        List<Runnable> held = new ArrayList<>();
        Callbacks.Serial serial = new Callbacks("ada", held::add, new ManualTime()).serial("a test");
        List<String> seen = new ArrayList<>();
        serial.run(() -> seen.add("late"));
        serial.close();
        held.forEach(Runnable::run);
        serial.run(() -> seen.add("later"));
        held.forEach(Runnable::run);
        assertThat(seen).isEmpty();
    }
}
