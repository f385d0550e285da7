package dev.conclave.file;

import dev.conclave.ConclaveException;
import dev.conclave.DriverInfo;
import dev.conclave.Trait;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.table.Backing;
import dev.conclave.table.Stores;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Serves {@code file:/dir}: all members run on one host and name one directory of a local disk.
 *
 * <p>A member that is killed is seen as gone at once, since the kernel frees its lock.
 */
public final class FileDriverProvider implements DriverProvider {
    private static final DriverInfo INFO = new DriverInfo(
            "file",
            List.of("file"),
            List.of("file:/dir", "file:dir", "file:///dir"),
            Set.of(Trait.LINEARIZABLE, Trait.FAIR, Trait.PUSH, Trait.INSTANT_DEATH, Trait.MULTI_PROCESS, Trait.DURABLE),
            Optional.of(Duration.ofMillis(250)),
            Duration.ZERO);

    private static final Stores STORES = new Stores(new Directories());

    /** For {@link java.util.ServiceLoader}. */
    public FileDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<DriverOption> options() {
        return List.of(new DriverOption(
                "permissions",
                "who may use a store that this member creates: private (this user) or group (the directory's group); private",
                false));
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        return STORES.open(target, environment);
    }

    private static final class Directories implements Backing {
        @Override
        public DriverInfo info() {
            return INFO;
        }

        @Override
        public Site site(Target target) throws IOException {
            return StoreDirectory.open(target);
        }

        @Override
        public ConclaveException failure(Object store, Throwable failure) {
            return Failures.of(store, failure);
        }
    }
}
