package dev.conclave.kit;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every scenario of the conformance kit, for one driver: a driver's test class extends this and says how to start its backend.
 *
 * <p>The scenarios run side by side if the test run has {@code junit.jupiter.execution.parallel.enabled=true}. These system
 * properties are understood:
 *
 * <ul>
 *   <li>{@code conclave.kit.only=L1,E5}: only these scenarios; no results are written then
 *   <li>{@code conclave.kit.long=true}: the long form of those whose size can be chosen: all 50 cuts, all 100,000 names
 *   <li>{@code conclave.kit.results=DIR}: where {@code DRIVER.json} is written; {@code target/conformance} by default
 * </ul>
 */
@ExtendWith(KitExtension.class)
public abstract class DriverKit {
    /** For subclasses. */
    protected DriverKit() {}

    /**
     * Starts a backend. Called once for the scenarios that share one, and once for each that needs one of its own.
     *
     * @return to be closed by the kit
     */
    protected abstract Backend startBackend() throws Exception;

    final Backend backend() {
        try {
            return startBackend();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the backend did not start", e);
        }
    }
}
