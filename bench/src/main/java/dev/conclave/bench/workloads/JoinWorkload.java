package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import java.util.ArrayList;
import java.util.List;

/** How soon a watcher in another process is told of a member. */
final class JoinWorkload implements Workload {
    private static final int WARM_UP = 50;

    @Override
    public String name() {
        return "join";
    }

    @Override
    public String caption() {
        return "One process joins a group and leaves it, over and over; another watches. From the call until the watcher's"
                + " listener is called. One run, not rounds.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.GROUP) && contestant.backend().acrossProcesses();
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.size() * plan.repetitions(6, 2);
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("joining and leaving", contestant -> measure(course, contestant));
    }

    private static void measure(Course course, Contestant contestant) throws Exception {
        try (WorkerProcess watcher = course.fork(contestant);
                WorkerProcess joiner = course.fork(contestant)) {
            watcher.ask("watch crew 1");
            int warmUp = course.plan().repetitions(WARM_UP, 5);
            List<Double> joined = new ArrayList<>();
            List<Double> left = new ArrayList<>();
            for (int i = 0; i < warmUp + course.plan().repetitions(200, 20); i++) {
                joined.add(seen(watcher, "await-joined", 1, joiner, "join crew"));
                left.add(seen(watcher, "await-left", 1, joiner, "leave crew"));
            }
            Spread joins = Spread.of(joined.subList(warmUp, joined.size()));
            Spread leaves = Spread.of(left.subList(warmUp, left.size()));
            course.sheet().record(contestant, Metric.lower("join seen p50 ms"), joins.median());
            course.sheet().record(contestant, Metric.lower("join seen p99 ms"), joins.quantile(0.99));
            course.sheet().record(contestant, Metric.lower("leave seen p50 ms"), leaves.median());
            course.sheet().record(contestant, Metric.lower("leave seen p99 ms"), leaves.quantile(0.99));
        }
    }

    /** Milliseconds from the beginning of a command until the last of so many watchers in a process saw its effect. */
    static double seen(WorkerProcess watcher, String await, int watching, WorkerProcess joiner, String command)
            throws Exception {
        watcher.send(await + " " + joiner.member() + " " + watching);
        long begun = joiner.ask(command).value("at");
        return (watcher.receive().value("at") - begun) / 1e6;
    }
}
