package dev.conclave.bench.workloads;

import dev.conclave.bench.Backend;
import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A large group: what the first view costs, and a change. */
final class CrowdWorkload implements Workload {
    @Override
    public String name() {
        return "crowd";
    }

    @Override
    public String caption() {
        return "A group of 10,000 members; of 1,000 on ZooKeeper and of 100 on PostgreSQL, where each of our members has"
                + " connections of its own. A process that was not there before takes its first view; then one more member joins and leaves, over and over, and each"
                + " change costs what it costs the member and that one watcher. One run, not rounds.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.GROUP) && contestant.backend().acrossProcesses();
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("filling and watching", contestant -> measure(course, contestant));
    }

    private static int members(Backend backend) {
        return switch (backend) {
            case ZOOKEEPER -> 1_000;
            case POSTGRESQL -> 100;
            default -> 10_000;
        };
    }

    private static void measure(Course course, Contestant contestant) throws Exception {
        int members = course.plan().repetitions(members(contestant.backend()), 50);
        WorkerProcess crowd = course.fork(contestant);
        try (WorkerProcess watcher = course.fork(contestant);
                WorkerProcess joiner = course.fork(contestant)) {
            crowd.ask("crowd crowd " + members);
            // The joiner's session begins with its first joining.
            joiner.ask("join crowd");
            joiner.ask("leave crowd");
            Counting.Mark mark = course.count();
            long nanos = watcher.ask("watch crowd").value("nanos");
            Map<String, Long> filling = mark.end();
            course.sheet().record(contestant, Metric.lower("first view ms"), nanos / 1e6);
            course.sheet().record(contestant, Metric.neither("members"), members);
            filling.forEach((counter, count) ->
                    course.sheet().record(contestant, Metric.lower(counter + "/first view"), count));
            changes(course, contestant, watcher, joiner);
        } finally {
            crowd.kill();
        }
    }

    private static void changes(Course course, Contestant contestant, WorkerProcess watcher, WorkerProcess joiner)
            throws Exception {
        int pairs = course.plan().repetitions(50, 5);
        List<Double> latencies = new ArrayList<>();
        Counting.Mark mark = course.count();
        for (int i = 0; i < pairs; i++) {
            latencies.add(JoinWorkload.seen(watcher, "await-joined", joiner, "join crowd"));
            latencies.add(JoinWorkload.seen(watcher, "await-left", joiner, "leave crowd"));
        }
        Map<String, Long> requests = mark.end();
        course.sheet()
                .record(
                        contestant,
                        Metric.lower("change seen p50 ms"),
                        Spread.of(latencies).median());
        requests.forEach((counter, count) ->
                course.sheet().record(contestant, Metric.lower(counter + "/change"), count / (2.0 * pairs)));
    }
}
