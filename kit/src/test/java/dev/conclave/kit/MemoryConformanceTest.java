package dev.conclave.kit;

import dev.conclave.memory.MemoryBackend;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The memory driver")
class MemoryConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() {
        MemoryBackend memory = MemoryBackend.named("kit-" + UUID.randomUUID());
        return new Backend() {
            @Override
            public String url() {
                return memory.url();
            }

            @Override
            public void restart() {
                memory.restart();
            }

            @Override
            public void restartEmpty() {
                memory.restart();
                memory.forget();
            }

            @Override
            public void flush() {
                memory.forget();
            }

            @Override
            public void close() {
                memory.close();
            }
        };
    }
}
