package dev.conclave;

import java.time.Instant;

/**
 * A live member of a group, as a {@link View} shows it.
 *
 * @param id the name that the application chose
 * @param incarnation the run of it; two runs with one id have two incarnations
 * @param capabilities what it published
 * @param joinedAt when this incarnation joined, by the clock of the backend or, where that has none, its own
 * @param updatedAt when it last published capabilities, by the same clock
 */
public record Member(String id, String incarnation, Capabilities capabilities, Instant joinedAt, Instant updatedAt) {}
