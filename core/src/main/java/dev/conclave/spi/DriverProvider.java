package dev.conclave.spi;

import dev.conclave.DriverInfo;
import dev.conclave.MisconfiguredException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A kind of backend, found by {@link java.util.ServiceLoader}. Needs a public constructor without
 * arguments (or a static {@code provider()} method) that does no work.
 */
public interface DriverProvider {
    /** What the driver is and promises, without connecting. */
    DriverInfo info();

    /** The options that the driver knows in a URL's query, beside those of the engine. */
    default List<DriverOption> options() {
        return List.of();
    }

    /**
     * Connects, probes the deployment, and refuses what would corrupt.
     *
     * @return completes exceptionally with a {@link dev.conclave.BackendUnavailableException}, {@link
     *     dev.conclave.MisconfiguredException} or {@link dev.conclave.UnsupportedDeploymentException}
     */
    CompletableFuture<Driver> open(Target target, Environment environment);

    /** The stores on this host that stay, whether anybody uses them or not, until somebody removes them. */
    default List<Leftover> leftovers() {
        return List.of();
    }

    /**
     * Removes one of the {@link #leftovers()}.
     *
     * @param target where it is
     * @param evenIfUsed whether to remove it even if members use it, who then lose all that they hold
     * @return whether it was removed; false if members use it
     * @throws dev.conclave.ConclaveException if there is none, or it cannot be removed
     */
    default boolean removeLeftover(Target target, boolean evenIfUsed) {
        throw new MisconfiguredException("the driver for " + target.scheme() + ": leaves nothing to remove");
    }
}
