package dev.conclave;

import java.time.Duration;
import java.time.Instant;

/**
 * A grant as others see it.
 *
 * @param member the holder's member id
 * @param incarnation the run of that member that holds
 * @param token the grant's fencing token
 * @param shared whether it is a shared grant
 * @param since when it was granted, by the clock of the backend or, where that has none, the holder's; on {@code zookeeper:}, for a lock that
 *     was waited for, when the waiting began
 * @param expiresIn how long the holder's session lives if it is not renewed again
 */
public record Holder(
        String member, String incarnation, long token, boolean shared, Instant since, Duration expiresIn) {}
