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

/** A large group: what the first view costs, and a change. */
final class CrowdWorkload implements Workload {
    private static final List<Integer> SIZES = List.of(10, 100, 1_000, 10_000);
    private static final int CHANGES = 40;
    private static final int MOST_SECONDS = 4;

    @Override
    public String name() {
        return "crowd";
    }

    @Override
    public String caption() {
        return "A group of so many members. A process that was not there before takes its first view; then one more member"
                + " joins and leaves, over and over, and each change costs what it costs the member and that one watcher. What the server sent is told where it tells."
                + " One run, not rounds.";
    }

    @Override
    public String axis() {
        return "members";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.GROUP) && contestant.backend().acrossProcesses();
    }

    private static List<Integer> sizes(Plan plan, Contestant contestant) {
        int most = plan.repetitions(most(contestant), 100);
        return SIZES.stream().filter(size -> size <= most).toList();
    }

    /** As far as one machine carries them: a member is a connection on some, a kernel's lock on others. */
    private static int most(Contestant contestant) {
        return switch (contestant.backend()) {
            // Every join rewrites the item that the group is, and every look asks for each member's session: a thousand
            // took
            // longer than minutes to join.
            case MEMCACHED -> 100;
            // A session is a connection to the server, and each costs threads and memory on both sides.
            case ZOOKEEPER -> 1_000;
            // A session is a process of the server, or a thread of it, and servers refuse more than some hundreds.
            case POSTGRESQL, MYSQL -> 100;
            default -> 10_000;
        };
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.stream()
                .mapToDouble(each -> 3 + 5 * sizes(plan, each).size())
                .sum();
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("filling and watching", contestant -> {
            WorkerProcess crowd = course.fork(contestant);
            try (WorkerProcess joiner = course.fork(contestant)) {
                for (int members : sizes(course.plan(), contestant)) {
                    crowd.ask("crowd crowd " + members);
                    // The joiner's session begins with its first joining.
                    joiner.ask("join crowd");
                    joiner.ask("leave crowd");
                    measure(course, contestant, joiner, members);
                }
            } finally {
                crowd.kill();
            }
        });
    }

    private static void measure(Course course, Contestant contestant, WorkerProcess joiner, int members)
            throws Exception {
        try (WorkerProcess watcher = course.fork(contestant)) {
            Counting.Mark mark = course.count();
            long nanos = watcher.ask("watch crowd 1").value("nanos");
            Map<String, Long> filling = mark.endWithTraffic();
            changes(course, contestant, watcher, joiner, members);
            Metric view = Metric.lower("first view ms").at(members);
            course.sheet().record(contestant, view, nanos / 1e6);
            filling.forEach((counter, count) -> course.sheet()
                    .record(contestant, Metric.lower(counter + "/first view").at(members), count));
        }
    }

    private static void changes(
            Course course, Contestant contestant, WorkerProcess watcher, WorkerProcess joiner, int members)
            throws Exception {
        Counting.Mark mark = course.count();
        Changes changes = Changes.of(watcher, 1, joiner, "crowd", course.plan().repetitions(CHANGES, 5), MOST_SECONDS);
        Map<String, Long> requests = mark.endWithTraffic();
        requests.forEach((counter, count) -> course.sheet()
                .record(contestant, Metric.lower(counter + "/change").at(members), (double) count / changes.count()));
        Metric seen = Metric.lower("change seen p50 ms").at(members);
        course.sheet().record(contestant, seen, changes.all().median());
    }
}
