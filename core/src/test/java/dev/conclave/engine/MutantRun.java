package dev.conclave.engine;

/** The part of a mutant's run that is loaded together with it. */
final class MutantRun {
    private MutantRun() {}

    /** The first violation of an invariant, whatever the way it showed; empty if all schedules kept them. */
    static String firstViolation(int schedules) throws InterruptedException {
        for (long seed = 1; seed <= schedules; seed++) {
            try {
                new Simulation(seed).run();
            } catch (Simulation.Violation violation) {
                return String.valueOf(violation.getMessage())
                        .lines()
                        .findFirst()
                        .orElseThrow();
            } catch (RuntimeException broken) {
                return "seed " + seed + ": " + broken;
            }
        }
        return "";
    }
}
