package dev.conclave.bench.workloads;

import java.util.List;

/** All that can be measured, in the order in which it is. */
public final class Workloads {
    private static final List<Workload> ALL = List.of(
            new CycleWorkload("cycle", 1),
            new CycleWorkload("threads", 16),
            new ContendedWorkload(),
            new WaitersWorkload(1, 10, 200),
            new JoinWorkload(),
            new StepDownWorkload(),
            new IdleWorkload(),
            new KillWorkload(),
            new CrowdWorkload());

    private Workloads() {}

    /** All of them. */
    public static List<Workload> all() {
        return ALL;
    }
}
