package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.LossReason;
import dev.conclave.ReleaseResult;
import dev.conclave.memory.MemoryBackend;
import dev.conclave.memory.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TestingSamplesTest {
    // snippet:testing-virtual
    @Test
    @DisplayName("an invoice goes to the next member once its holder is cut off")
    void handOver() throws Exception {
        VirtualTime time = new VirtualTime();
        ConnectOptions options = ConnectOptions.builder()
                .timeSource(time)
                .callbackExecutor(Runnable::run) // callbacks run at once, on the test's thread
                .build();
        try (MemoryBackend backend = MemoryBackend.create("hand-over", time);
                Coordinator ada = Conclave.connect(backend.url(), "ada", options);
                Coordinator bob = Conclave.connect(backend.url(), "bob", options)) {
            Grant adas = ada.lock("invoice-42").tryAcquire().orElseThrow();

            backend.cutOff("ada", MemoryBackend.Outage.LOST);
            time.advance(Duration.ofSeconds(11)); // longer than the time-to-live

            assertThat(adas.isValid()).isFalse();
            assertThat(adas.lost().join().reason()).isEqualTo(LossReason.EXPIRED);
            Grant bobs = bob.lock("invoice-42").tryAcquire().orElseThrow();
            assertThat(bobs.fencingToken()).isGreaterThan(adas.fencingToken());

            backend.reconnect("ada");
            assertThat(adas.release()).isEqualTo(ReleaseResult.ALREADY_LOST);
            assertThat(bobs.verify()).isTrue();
        }
    }
    // end

    @Test
    void closing() throws Exception {
        VirtualTime time = new VirtualTime();
        ConnectOptions options = ConnectOptions.builder()
                .timeSource(time)
                .callbackExecutor(Runnable::run)
                .build();
        try (MemoryBackend backend = MemoryBackend.create("closing", time);
                Coordinator ada = Conclave.connect(backend.url(), "ada", options)) {
            ada.lock("invoice-42").acquire();
            // snippet:testing-closing
            backend.cutOff("ada", MemoryBackend.Outage.LOST);

            CompletableFuture<Void> closed = ada.closeAsync();
            assertThat(closed).isNotDone(); // the backend has not confirmed the end of the session
            time.advance(Duration.ofSeconds(10)); // more than the two calls that closing waits for
            assertThat(closed).isCompleted();
            // end
        }
    }

    @Test
    void faults() throws Exception {
        // snippet:testing-faults
        try (MemoryBackend backend = MemoryBackend.named("faults");
                Coordinator ada = Conclave.connect(backend.url(), "ada")) {
            Grant grant = ada.lock("invoice-42").acquire();

            backend.expire("ada"); // as if the session's time-to-live had passed
            assertThat(grant.verify()).isFalse();

            Optional<Grant> again = ada.lock("invoice-42").tryAcquire(); // in a new session
            assertThat(again).isPresent();
        }
        // end
    }
}
