package dev.conclave.kit.teeth;

import dev.conclave.DriverInfo;
import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.line.Providers;
import dev.conclave.memory.MemoryBackend;
import dev.conclave.spi.Driver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** The kit on a memory driver that is made wrong. */
abstract class BrokenKit extends DriverKit {
    /** Makes it wrong. */
    abstract Driver broken(Driver sound);

    @Override
    protected Optional<Path> resultsFolder() {
        return Optional.empty();
    }

    @Override
    protected Backend startBackend() {
        MemoryBackend memory = MemoryBackend.named("broken-" + UUID.randomUUID());
        Line line = Line.to(memory.url(), this::broken);
        return new Backend() {
            @Override
            public String url() {
                return line.url();
            }

            @Override
            public DriverInfo driver() {
                return Providers.forUrl(memory.url()).info();
            }

            @Override
            public void close() throws IOException {
                line.close();
                memory.close();
            }
        };
    }
}
