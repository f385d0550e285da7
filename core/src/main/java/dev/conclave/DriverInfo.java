package dev.conclave;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a driver is and promises; the conformance kit checks it.
 *
 * @param name one lower-case word
 * @param schemes the URL schemes that it serves
 * @param urlForms how its URLs look, for people
 * @param traits its promises
 * @param deathSeenWithin how soon others know that a member was killed; empty if only by its session's
 *     time-to-live
 * @param beliefOverlap the longest that two members can both believe to hold one name; zero if never
 */
public record DriverInfo(
        String name,
        List<String> schemes,
        List<String> urlForms,
        Set<Trait> traits,
        Optional<Duration> deathSeenWithin,
        Duration beliefOverlap) {
    /** Copies the collections. */
    public DriverInfo {
        schemes = List.copyOf(schemes);
        urlForms = List.copyOf(urlForms);
        traits = Set.copyOf(traits);
    }
}
