package dev.conclave.engine;

import dev.conclave.spi.Driver;
import dev.conclave.spi.TimeSource;
import java.time.Duration;

/**
 * What the parts of one coordinator's engine share.
 *
 * @param member the member id
 * @param time the only clock and scheduler
 * @param steps the way to the driver
 * @param callbacks where application code runs
 * @param open what has to stop when the coordinator is closed
 * @param sites where grants were acquired
 * @param ttl the session's time-to-live that is asked for
 */
record EngineContext(
        String member,
        TimeSource time,
        Steps steps,
        Callbacks callbacks,
        OpenThings open,
        CallSites sites,
        Duration ttl) {
    Driver driver() {
        return steps.driver();
    }

    Backoff backoff() {
        return steps.backoff();
    }
}
