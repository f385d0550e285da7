package dev.conclave.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A lane")
class LaneTest {
    private final List<List<CompletableFuture<Void>>> batches = new ArrayList<>();
    private final CountDownLatch exchanging = new CountDownLatch(1);
    private final CountDownLatch answer = new CountDownLatch(1);
    private volatile @Nullable Thread exchanger;
    private final Lane<CompletableFuture<Void>> lane = new Lane<>(
            "lane-test", 3, this::exchange, refused -> refused.completeExceptionally(new CancellationException()));

    /** The first batch waits for its answer. */
    private void exchange(List<CompletableFuture<Void>> batch) {
        exchanger = Thread.currentThread();
        batches.add(List.copyOf(batch));
        exchanging.countDown();
        try {
            answer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        batch.forEach(asked -> asked.complete(null));
    }

    private CompletableFuture<Void> ask() {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        lane.submit(asked);
        return asked;
    }

    @AfterEach
    void close() {
        answer.countDown();
        lane.close();
    }

    @Test
    @DisplayName("sends together what was asked during an exchange, up to the largest batch, in order")
    void batches() throws Exception {
        CompletableFuture<Void> first = ask();
        exchanging.await();
        List<CompletableFuture<Void>> later = List.of(ask(), ask(), ask(), ask());
        answer.countDown();
        later.get(3).get(10, TimeUnit.SECONDS);

        assertThat(batches).containsExactly(List.of(first), later.subList(0, 3), later.subList(3, 4));
    }

    @Test
    @DisplayName("that is closed refuses what is queued and what comes after")
    void refuses() throws Exception {
        CompletableFuture<Void> sent = ask();
        exchanging.await();
        CompletableFuture<Void> queued = ask();
        lane.close();

        assertThatThrownBy(() -> queued.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> ask().get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(sent.get(10, TimeUnit.SECONDS)).isNull();
    }

    @Test
    @DisplayName("sends all that many threads ask, though it rests whenever there is nothing to send")
    void losesNothing() throws Exception {
        answer.countDown();
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int asked = 0; asked < 500; asked++) {
                    ask().orTimeout(10, TimeUnit.SECONDS).join();
                }
            }));
        }
        for (CompletableFuture<Void> thread : threads) {
            thread.get(60, TimeUnit.SECONDS);
        }

        lane.close();
        assertThat(batches.stream().mapToInt(List::size).sum()).isEqualTo(2_000);
    }

    @Test
    @DisplayName("that is interrupted by nobody in particular goes on, and rests")
    void survivesAnInterrupt() throws Exception {
        answer.countDown();
        ask().get(10, TimeUnit.SECONDS);

        Thread lanes = Objects.requireNonNull(exchanger);
        lanes.interrupt();

        ask().get(10, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(10)).until(() -> lanes.getState() == Thread.State.WAITING);
    }

    @Test
    @DisplayName("goes on after an exchange that throws")
    void survivesAnExchangeThatThrows() throws Exception {
        CompletableFuture<Void> second = new CompletableFuture<>();
        List<CompletableFuture<Void>> seen = new ArrayList<>();
        Lane<CompletableFuture<Void>> throwing = new Lane<>(
                "lane-test-throwing",
                1,
                batch -> {
                    seen.addAll(batch);
                    if (seen.size() == 1) {
                        throw new IllegalStateException("a planted failure");
                    }
                    batch.get(0).complete(null);
                },
                refused -> {});
        try {
            throwing.submit(new CompletableFuture<>());
            throwing.submit(second);
            assertThat(second.get(10, TimeUnit.SECONDS)).isNull();
        } finally {
            throwing.close();
        }
    }
}
