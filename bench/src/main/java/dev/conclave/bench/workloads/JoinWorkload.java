package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import java.util.List;

/** How soon a watcher in another process is told of a member. */
final class JoinWorkload implements Workload {
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
            Plan plan = course.plan();
            Changes.of(watcher, 1, joiner, "crew", plan.repetitions(50, 5), 3);
            Changes changes = Changes.of(watcher, 1, joiner, "crew", plan.repetitions(200, 20), 8);
            Spread joins = changes.joined();
            Spread leaves = changes.left();
            course.sheet().record(contestant, Metric.lower("join seen p50 ms"), joins.median());
            course.sheet().record(contestant, Metric.lower("join seen p99 ms"), joins.quantile(0.99));
            course.sheet().record(contestant, Metric.lower("leave seen p50 ms"), leaves.median());
            course.sheet().record(contestant, Metric.lower("leave seen p99 ms"), leaves.quantile(0.99));
        }
    }
}
