package dev.conclave.bench.workloads;

import java.util.List;

/** All that can be measured, in the order in which it is. */
public final class Workloads {
    private static final List<Workload> ALL = List.of(
            new CycleWorkload("cycle", 1),
            new CycleWorkload("threads", 16),
            new ContendedWorkload(),
            new JoinWorkload(),
            new StepDownWorkload(),
            new KillWorkload(),
            new IdleWorkload(),
            new WatchersWorkload(),
            new CrowdWorkload(),
            new WaitersWorkload());

    private Workloads() {}

    /** All of them. */
    public static List<Workload> all() {
        return ALL;
    }
}
