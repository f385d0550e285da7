package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Members in a simulated world of faults")
class SimulationTest {
    /** Longer runs: {@code -Dconclave.simulation.schedules=100000 -Dconclave.simulation.seed=42}. */
    private static final int SCHEDULES = Integer.getInteger("conclave.simulation.schedules", 3_000);

    private static final long FIRST_SEED = Long.getLong("conclave.simulation.seed", 1);

    @Test
    @DisplayName("keep every invariant in each of thousands of schedules")
    void keepEveryInvariant() throws Exception {
        long begin = System.nanoTime();
        long events = 0;
        long grants = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
            Simulation simulation = new Simulation(seed);
            grants += simulation.run();
            events += simulation.events();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                "%d schedules from seed %d: %d events, %d grants, %.0f schedules/s%n",
                SCHEDULES, FIRST_SEED, events, grants, SCHEDULES / seconds);
        assertThat(grants).as("grants, or nothing was tried").isGreaterThan(SCHEDULES);
    }
}
