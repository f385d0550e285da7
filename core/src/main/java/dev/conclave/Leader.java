package dev.conclave;

import java.time.Instant;

/**
 * A leader as others see it.
 *
 * @param member the leader's member id
 * @param incarnation the run of that member that leads
 * @param term the fencing token of its win
 * @param payload what it chose to tell, or the empty string
 * @param since when it won, by the clock of the backend or, where that has none, the leader's
 */
public record Leader(String member, String incarnation, long term, String payload, Instant since) {}
