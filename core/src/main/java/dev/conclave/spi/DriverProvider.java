package dev.conclave.spi;

import dev.conclave.DriverInfo;
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
}
