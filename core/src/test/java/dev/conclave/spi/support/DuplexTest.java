package dev.conclave.spi.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.MisconfiguredException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A line to a server")
class DuplexTest {
    private final Fake protocol = new Fake();
    private final Duplex<Question, Pipe> duplex = new Duplex<>("test", protocol, Duration.ofSeconds(30));

    @AfterEach
    void close() throws Exception {
        duplex.close().get(30, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("asks first what is to be asked first, whatever somebody asks while the connection opens")
    void greetingFirst() throws Exception {
        Question hello = new Question("hello");
        Question meanwhile = new Question("meanwhile");
        protocol.greeting = () -> {
            duplex.submit(meanwhile);
            return List.of(hello);
        };
        Pipe pipe = new Pipe();
        duplex.start(pipe);

        pipe.answers.add("one");
        pipe.answers.add("two");
        assertThat(hello.get(30, TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(meanwhile.get(30, TimeUnit.SECONDS)).isEqualTo("two");
    }

    @Test
    @DisplayName("does not ask on the next connection what was to be asked first on one that broke")
    void staleGreeting() throws Exception {
        Question large = new Question("x".repeat(100_000)); // more than is under way at a time
        Question stale = new Question("stale");
        protocol.greeting = () -> List.of(large, stale);
        Pipe first = new Pipe();
        duplex.start(first);
        assertThat(first.written.poll(30, TimeUnit.SECONDS)).isEqualTo(large.text);

        Question fresh = new Question("fresh");
        protocol.greeting = () -> List.of(fresh);
        Pipe second = new Pipe();
        protocol.connections.add(() -> second);
        first.reset();
        assertThatThrownBy(() -> large.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(BackendUnavailableException.class);
        Question asked = new Question("asked");
        duplex.submit(asked);
        second.answers.add("one");
        second.answers.add("two");

        assertThat(fresh.get(30, TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(asked.get(30, TimeUnit.SECONDS)).isEqualTo("two");
        assertThat(stale).isCompletedExceptionally();
    }

    @Test
    @DisplayName(
            "outlives mistakes in connecting and in telling of a break: who asks is told, and the next one is served")
    void mistakes() throws Exception {
        protocol.lost = () -> {
            throw new IllegalStateException("a mistake in telling");
        };
        Pipe second = new Pipe();
        protocol.connections.add(() -> {
            throw new NoClassDefFoundError("missing");
        });
        protocol.connections.add(() -> second);
        Pipe first = new Pipe();
        duplex.start(first);
        Question before = new Question("before");
        duplex.submit(before);
        first.reset();
        assertThatThrownBy(() -> before.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(BackendUnavailableException.class);

        Question failing = new Question("failing");
        duplex.submit(failing);
        assertThatThrownBy(() -> failing.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(BackendUnavailableException.class)
                .hasRootCauseInstanceOf(NoClassDefFoundError.class);
        Question served = new Question("served");
        duplex.submit(served);
        second.answers.add("one");
        assertThat(served.get(30, TimeUnit.SECONDS)).isEqualTo("one");
    }

    @Test
    @DisplayName(
            "knows whether it is connected: not from when those are told whose connection broke, until the next one")
    void connected() throws Exception {
        Pipe first = new Pipe();
        assertThat(duplex.isConnected()).isFalse();
        duplex.start(first);
        Question answered = new Question("answered");
        duplex.submit(answered);
        first.answers.add("one");
        assertThat(answered.get(30, TimeUnit.SECONDS)).isEqualTo("one");
        assertThat(duplex.isConnected()).isTrue();

        Question broken = new Question("broken");
        duplex.submit(broken);
        first.reset();
        assertThatThrownBy(() -> broken.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(BackendUnavailableException.class);
        assertThat(duplex.isConnected()).isFalse();

        Pipe second = new Pipe();
        protocol.connections.add(() -> second);
        Question served = new Question("served");
        duplex.submit(served);
        second.answers.add("two");
        assertThat(served.get(30, TimeUnit.SECONDS)).isEqualTo("two");
        assertThat(duplex.isConnected()).isTrue();
    }

    // Else the engine gave up what it has to release, and a lock stayed taken while its session lived.
    @Test
    @DisplayName("takes a server that cannot be used now, though it could before, for an outage, with the reason")
    void refusedLater() throws Exception {
        Pipe second = new Pipe();
        protocol.connections.add(() -> {
            throw new MisconfiguredException("a read-only replica");
        });
        protocol.connections.add(() -> second);
        Pipe first = new Pipe();
        duplex.start(first);
        Question before = new Question("before");
        duplex.submit(before);
        first.reset();
        assertThatThrownBy(() -> before.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(BackendUnavailableException.class);

        Question refused = new Question("refused");
        duplex.submit(refused);
        assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS))
                .hasCauseInstanceOf(BackendUnavailableException.class)
                .hasRootCauseInstanceOf(MisconfiguredException.class)
                .hasMessageContaining("a read-only replica");
        Question served = new Question("served");
        duplex.submit(served);
        second.answers.add("one");
        assertThat(served.get(30, TimeUnit.SECONDS)).isEqualTo("one");
    }

    private static final class Question extends CompletableFuture<String> implements Duplex.Question {
        private final String text;
        private long sentNanos;

        private Question(String text) {
            this.text = text;
        }

        @Override
        public byte[] encoded() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void sentAt(long nanos) {
            sentNanos = nanos;
        }

        @Override
        public long sentNanos() {
            return sentNanos;
        }

        @Override
        public void fail(Throwable reason) {
            completeExceptionally(reason);
        }
    }

    /** Answers what the test puts in, each to the oldest question. */
    private static final class Pipe implements Duplex.Connection {
        private static final String BROKEN = "broken";

        private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

        @Override
        public void operate(BooleanSupplier whetherPatient) {
            // waits for ever
        }

        @Override
        public void write(byte[] bytes, int length) {
            written.add(new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8));
        }

        @Override
        public boolean comes(int millis) {
            return hasSome();
        }

        @Override
        public boolean hasSome() {
            return !answers.isEmpty();
        }

        @Override
        public long ageNanos() {
            return TimeUnit.HOURS.toNanos(1);
        }

        @Override
        public void reset() {
            answers.add(BROKEN);
        }
    }

    private final class Fake implements Duplex.Protocol<Question, Pipe> {
        private final Queue<Supplier<Pipe>> connections = new ConcurrentLinkedQueue<>();
        private volatile Supplier<Collection<Question>> greeting = ArrayDeque::new;
        private volatile Runnable lost = () -> {};

        @Override
        public Pipe connect() {
            return connections.remove().get();
        }

        @Override
        public Collection<Question> opened(Pipe connection) {
            return greeting.get();
        }

        @Override
        public void operating() {
            // nobody is told
        }

        @Override
        public void lost() {
            lost.run();
        }

        @Override
        public void read(Pipe connection) throws IOException {
            try {
                String answer = connection.answers.take();
                Question oldest = duplex.oldest();
                if (oldest == null || answer.equals(Pipe.BROKEN)) {
                    throw new IOException(answer);
                }
                duplex.answered();
                oldest.complete(answer);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public BackendUnavailableException broken(Pipe connection, Throwable reason) {
            return new BackendUnavailableException("broken", reason);
        }

        @Override
        public BackendUnavailableException closed() {
            return new BackendUnavailableException("closed", null);
        }
    }
}
