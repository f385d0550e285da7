package dev.conclave;

import java.util.Optional;

/** What an observer of an {@link Election} is told. */
public sealed interface ElectionEvent {
    /**
     * Somebody leads. Comes once per term.
     *
     * @param leader who, with the term
     */
    record Elected(Leader leader) implements ElectionEvent {}

    /**
     * Nobody leads.
     *
     * @param previous the last leader that this observer saw
     */
    record Vacant(Optional<Leader> previous) implements ElectionEvent {}
}
