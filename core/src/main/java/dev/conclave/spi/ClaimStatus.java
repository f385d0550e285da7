package dev.conclave.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A name and those who hold it or wait for it, at one instant.
 *
 * @param key the name
 * @param holders one exclusive holder or the shared ones by age; only those whose session lives
 * @param waiters how many live requests wait
 */
public record ClaimStatus(ClaimKey key, List<Holding> holders, int waiters) {
    /** Copies the holders. */
    public ClaimStatus {
        holders = List.copyOf(holders);
    }

    /**
     * A claim that stands.
     *
     * @param id whose it is
     * @param shared whether others may stand beside it
     * @param token its fencing token
     * @param payload what the holder tells
     * @param since when it was granted, by the backend's clock where it has one
     * @param expiresIn how long its session lives at most without another renewal
     */
    public record Holding(ClaimId id, boolean shared, long token, String payload, Instant since, Duration expiresIn) {}
}
