package dev.conclave.kit;

import java.util.Arrays;
import java.util.List;

/** Which scenarios a run is to have: all, or those in the system property {@code conclave.kit.only}, such as {@code L1,E5}. */
final class Selection {
    private static final List<String> ONLY = Arrays.stream(
                    System.getProperty("conclave.kit.only", "").split(","))
            .filter(id -> !id.isBlank())
            .toList();

    private Selection() {}

    static boolean includes(Scenario scenario) {
        return ONLY.isEmpty() || ONLY.contains(scenario.value());
    }

    /** Whether some are left out, so that the run's results say nothing about the driver as a whole. */
    static boolean isPartial() {
        return !ONLY.isEmpty();
    }
}
