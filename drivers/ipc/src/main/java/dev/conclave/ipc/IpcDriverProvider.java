package dev.conclave.ipc;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.conclave.ConclaveException;
import dev.conclave.DriverInfo;
import dev.conclave.MisconfiguredException;
import dev.conclave.Trait;
import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverOption;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Leftover;
import dev.conclave.spi.Target;
import dev.conclave.table.Backing;
import dev.conclave.table.StoreGoneException;
import dev.conclave.table.Stores;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Serves {@code ipc:///name}: all members run on one host, and in one container if any, and meet in shared memory under semaphores
 * of System V.
 *
 * <p>A member that is killed is seen as gone at once, since the kernel undoes what its process did to the semaphores. {@link
 * Trait#VOLATILE}: a restart of the host ends all, and an operator can remove a store while members use it. They are told at once;
 * one that gets no processor time believes in its grant until its deadline, and that is the overlap that is published, here for the
 * default time-to-live. While nobody removes the store there is none.
 */
public final class IpcDriverProvider implements DriverProvider {
    private static final DriverInfo INFO = new DriverInfo(
            "ipc",
            List.of("ipc"),
            List.of("ipc:///name"),
            Set.of(
                    Trait.LINEARIZABLE,
                    Trait.FAIR,
                    Trait.PUSH,
                    Trait.INSTANT_DEATH,
                    Trait.MULTI_PROCESS,
                    Trait.VOLATILE),
            Optional.of(Duration.ofMillis(250)),
            Duration.ofSeconds(10));

    private static final Stores STORES = new Stores(new SharedMemory());

    /** For {@link java.util.ServiceLoader}. */
    public IpcDriverProvider() {}

    @Override
    public DriverInfo info() {
        return INFO;
    }

    @Override
    public List<DriverOption> options() {
        return Settings.OPTIONS;
    }

    @Override
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        return STORES.open(target, environment);
    }

    @Override
    public List<Leftover> leftovers() {
        if (!isSupported()) {
            return List.of();
        }
        try {
            return HostStores.list();
        } catch (IOException | LinkageError e) {
            throw Failures.of("ipc:", e);
        }
    }

    @Override
    public boolean removeLeftover(Target target, boolean evenIfUsed) {
        StoreName name = StoreName.of(target);
        requireSupported();
        try {
            return HostStores.remove(name, evenIfUsed);
        } catch (IOException | StoreGoneException | LinkageError e) {
            throw Failures.of(name, e);
        }
    }

    private static boolean isSupported() {
        return Platform.isLinux() || Platform.isMac();
    }

    private static void requireSupported() {
        if (!isSupported() || Native.POINTER_SIZE != 8) {
            throw new UnsupportedDeploymentException(
                    "the driver for ipc: needs System V IPC on 64-bit Linux or macOS, not "
                            + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                            + "; use a file: store on a local disk instead");
        }
    }

    private static final class SharedMemory implements Backing {
        @Override
        public DriverInfo info() {
            return INFO;
        }

        @Override
        public Site site(Target target) {
            StoreName name = StoreName.of(target);
            Settings settings = Settings.of(target);
            requireSupported();
            return new StoreSite(name, settings);
        }

        @Override
        public ConclaveException failure(Object store, Throwable failure) {
            boolean isNamed = store instanceof Target && !(failure instanceof MisconfiguredException);
            return Failures.of(isNamed ? StoreName.of((Target) store) : store, failure);
        }
    }
}
