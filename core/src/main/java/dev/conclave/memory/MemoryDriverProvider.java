package dev.conclave.memory;

import dev.conclave.DriverInfo;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Names;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The {@code memory:NAME} driver: members of one JVM that say the same name meet. */
public final class MemoryDriverProvider implements DriverProvider {
    static final DriverInfo INFO = new DriverInfo(
            "memory",
            List.of("memory"),
            List.of("memory:NAME"),
            Set.of(Trait.LINEARIZABLE, Trait.FAIR, Trait.PUSH, Trait.VOLATILE),
            Optional.empty(),
            Duration.ZERO);

    /** For {@link java.util.ServiceLoader}. */
    public MemoryDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        try {
            return MemoryBackend.named(nameOf(target)).connect(target.namespace(), target.ttl(), environment);
        } catch (MisconfiguredException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static String nameOf(Target target) {
        if (!target.hosts().isEmpty()) {
            throw new MisconfiguredException("a memory: URL has no hosts; write memory:NAME, not " + target);
        }
        if (target.path().isEmpty()) {
            throw new MisconfiguredException("a memory: URL names its backend, for example memory:demo");
        }
        return Names.checked("memory backend", target.path());
    }
}
