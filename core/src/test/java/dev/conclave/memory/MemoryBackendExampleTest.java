package dev.conclave.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The example of {@link MemoryBackend}'s Javadoc, compiled and run. */
@DisplayName("an application's test on a memory backend")
class MemoryBackendExampleTest {
    @Test
    @DisplayName("sees a lock pass from a member that is cut off to the next")
    void example() throws InterruptedException {
        VirtualTime time = new VirtualTime();
        try (MemoryBackend backend = MemoryBackend.create("invoices", time);
                Coordinator ada = Conclave.connect(backend.url(), "ada", options(time));
                Coordinator bob = Conclave.connect(backend.url(), "bob", options(time))) {
            Grant adas = ada.lock("invoice-42").tryAcquire().orElseThrow();

            backend.cutOff("ada", MemoryBackend.Outage.LOST);
            time.advance(Duration.ofSeconds(11)); // ada's session has ended by now

            assertThat(adas.isValid()).isFalse();
            assertThat(bob.lock("invoice-42").tryAcquire()).isPresent();
        }
    }

    static ConnectOptions options(VirtualTime time) {
        return ConnectOptions.builder()
                .timeSource(time)
                .callbackExecutor(Runnable::run)
                .build();
    }
}
