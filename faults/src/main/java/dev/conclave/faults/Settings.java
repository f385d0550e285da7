package dev.conclave.faults;

import dev.conclave.faults.nemesis.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How a run is to be.
 *
 * @param site its name
 * @param seed of all that is random
 * @param trouble how long things are broken for
 * @param members how many
 * @param timeToLive of their sessions
 * @param only what is broken; empty for all that the site can
 * @param folder where the history goes
 * @param verbose whether the plan is printed
 */
record Settings(
        String site,
        long seed,
        Duration trouble,
        int members,
        Duration timeToLive,
        Set<Kind> only,
        Path folder,
        boolean verbose) {}
