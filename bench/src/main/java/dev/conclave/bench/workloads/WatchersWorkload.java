package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.util.List;
import java.util.Map;

/** Many who watch one group: what a change costs, and when the last of them knows. */
final class WatchersWorkload implements Workload {
    private static final List<Integer> SIZES = List.of(1, 10, 100);
    private static final int CHANGES = 40;
    private static final int MOST_SECONDS = 4;

    @Override
    public String name() {
        return "watchers";
    }

    @Override
    public String caption() {
        return "One process joins a group and leaves it, over and over; so many clients in another process watch. From the"
                + " call until the last of their listeners is called, and all that the server was asked for each change."
                + " One run, not rounds.";
    }

    @Override
    public String axis() {
        return "watching";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.GROUP) && contestant.backend().acrossProcesses();
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.size() * plan.repetitions(15, 4);
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("watching", contestant -> {
            try (WorkerProcess watchers = course.fork(contestant);
                    WorkerProcess joiner = course.fork(contestant)) {
                for (int size : course.plan().quick() ? SIZES.subList(0, 2) : SIZES) {
                    watchers.ask("watch watched " + size);
                    measure(course, contestant, watchers, size, joiner);
                }
                // Nothing is measured of a hundred that leave in order.
                watchers.kill();
            }
        });
    }

    private static void measure(
            Course course, Contestant contestant, WorkerProcess watchers, int size, WorkerProcess joiner)
            throws Exception {
        // The first for warming up: the joiner's session begins with it.
        Changes.of(watchers, size, joiner, "watched", 1, MOST_SECONDS);
        Counting.Mark mark = course.count();
        Changes changes =
                Changes.of(watchers, size, joiner, "watched", course.plan().repetitions(CHANGES, 5), MOST_SECONDS);
        Map<String, Long> requests = mark.end();
        requests.forEach((counter, count) -> course.sheet()
                .record(contestant, Metric.lower(counter + "/change").at(size), (double) count / changes.count()));
        Metric seen = Metric.lower("seen by all p50 ms").at(size);
        course.sheet().record(contestant, seen, changes.all().median());
    }
}
