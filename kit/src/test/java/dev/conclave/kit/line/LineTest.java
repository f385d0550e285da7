package dev.conclave.kit.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.Await;
import dev.conclave.kit.net.Direction;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("A line without a server")
@Timeout(60)
class LineTest {
    private final Line line = Line.to("memory:test");
    private final List<String> arrived = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws IOException {
        line.close();
    }

    private CompletableFuture<String> send(String request) {
        return line.carry(Step.CLAIM, () -> {
            arrived.add(request);
            return CompletableFuture.completedFuture("re: " + request);
        });
    }

    @Test
    @DisplayName("passes requests and replies at once, on the sender's thread, and counts them")
    void passes() {
        assertThat(send("a")).isCompletedWithValue("re: a");
        assertThat(line.count(Step.CLAIM)).isEqualTo(1);
        assertThat(line.count()).isEqualTo(1);
        assertThat(line).hasToString("line " + line.url().substring("line:".length()) + " {CLAIM=1}");
    }

    @Test
    @DisplayName("holds what it drops on the way there, and delivers it in order when it heals")
    void dropsRequests() throws Exception {
        line.drop(Direction.TO_BACKEND);
        CompletableFuture<String> first = send("a");
        CompletableFuture<String> second = send("b");
        assertThat(arrived).isEmpty();

        line.heal();

        assertThat(arrived).containsExactly("a", "b");
        assertThat(first).isCompletedWithValue("re: a");
        assertThat(second).isCompletedWithValue("re: b");
    }

    @Test
    @DisplayName("lets the request take effect when it drops on the way back")
    void dropsReplies() throws Exception {
        line.drop(Direction.TO_MEMBER);
        CompletableFuture<String> reply = send("a");
        assertThat(arrived).containsExactly("a");
        assertThat(reply).isNotDone();

        line.heal();

        assertThat(reply).isCompletedWithValue("re: a");
    }

    @Test
    @DisplayName("fails what is under way when it is cut, loses it, and refuses more until it heals")
    void cuts() throws Exception {
        line.drop();
        CompletableFuture<String> lost = send("a");

        line.cut();

        assertThatThrownBy(lost::join).hasCauseInstanceOf(BackendUnavailableException.class);
        assertThat(send("b")).isCompletedExceptionally();
        line.heal();
        assertThat(send("c")).isCompletedWithValue("re: c");
        assertThat(arrived).containsExactly("c");
    }

    @Test
    @DisplayName("delays each way by itself, several steps side by side")
    void delays() throws Exception {
        line.delay(Direction.TO_MEMBER, Duration.ofMillis(200));
        long start = System.nanoTime();
        CompletableFuture<String> first = send("a");
        CompletableFuture<String> second = send("b");
        assertThat(arrived).containsExactly("a", "b");

        assertThat(Await.result("the first reply", first)).isEqualTo("re: a");
        assertThat(Await.result("the second reply", second)).isEqualTo("re: b");

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(200), Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("lets mishaps befall the next steps of a kind, one each")
    void mishaps() {
        line.befall(Step.CLAIM, Mishap.REQUEST_LOST);
        line.befall(Step.CLAIM, Mishap.REPLY_LOST);
        line.befall(Step.CLAIM, Mishap.REFUSED);
        assertThat(line.isPending(Step.CLAIM)).isTrue();

        assertThat(send("request lost")).isNotDone();
        assertThat(send("reply lost")).isNotDone();
        assertThat(send("refused")).isCompletedExceptionally();
        assertThat(send("fine")).isCompletedWithValue("re: fine");

        assertThat(arrived).containsExactly("reply lost", "fine");
        assertThat(line.isPending(Step.CLAIM)).isFalse();
    }

    @Test
    @DisplayName("holds signals as it holds replies, and loses them while it is cut")
    void signals() throws Exception {
        List<Object> heard = new CopyOnWriteArrayList<>();
        var signals = line.carry(heard::add);
        var subject = new Subject.AllGroups();
        signals.changed(subject);
        line.drop(Direction.TO_MEMBER);
        signals.changed(subject);
        assertThat(heard).hasSize(1);
        line.heal();
        assertThat(heard).hasSize(2);
        line.cut();
        signals.changed(subject);
        line.heal();
        assertThat(heard).hasSize(2);
    }
}
