package dev.conclave.spi;

/**
 * A request for a name.
 *
 * @param id identifies it for ever
 * @param shared whether it may stand beside other shared claims
 * @param queue whether it stands in the queue if it cannot be granted now
 * @param payload what others read about the holder; the empty string for locks
 */
public record ClaimRequest(ClaimId id, boolean shared, boolean queue, String payload) {}
