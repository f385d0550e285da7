package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Reply;
import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a release costs when few or many wait. */
final class WaitersWorkload implements Workload {
    private static final int HOLD_MILLIS = 5;
    private static final List<Integer> OURS = List.of(1, 10, 100, 1_000);
    // Some have a connection for each that waits, and 1,000 of these no server here takes.
    private static final List<Integer> PEERS = List.of(1, 100);

    @Override
    public String name() {
        return "waiters";
    }

    @Override
    public String caption() {
        return "A holder keeps the lock for " + HOLD_MILLIS + " ms, gives it up and queues again behind the others. All"
                + " that the server was asked, through the number of releases; hand-over is from the release until the"
                + " next has it. The waiters are spread over up to ten clients in one process.";
    }

    @Override
    public String axis() {
        return "waiting";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.WAIT);
    }

    private static List<Integer> sizes(Plan plan, Contestant contestant) {
        if (plan.quick()) {
            return List.of(1, 10);
        }
        return contestant.isUs() ? OURS : PEERS;
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.stream()
                .mapToDouble(each -> sizes(plan, each).size() * (plan.seconds() + 1.5)
                        + sizes(plan, each).stream()
                                .mapToDouble(size -> settling(plan, size) / 1e3)
                                .sum())
                .sum();
    }

    /** Until all have queued and the first have had their turn. */
    private static long settling(Plan plan, int waiters) {
        return plan.repetitions(2_000 + 5 * waiters, 1_000);
    }

    @Override
    public void run(Course course) throws Exception {
        for (int waiters : OURS) {
            course.each(waiters + " waiting", contestant -> {
                if (sizes(course.plan(), contestant).contains(waiters)) {
                    measure(course, contestant, waiters);
                }
            });
        }
    }

    private static void measure(Course course, Contestant contestant, int waiters) throws Exception {
        WorkerProcess worker = course.fork(contestant);
        try {
            worker.ask("turns " + waiters + " " + HOLD_MILLIS);
            TimeUnit.MILLISECONDS.sleep(settling(course.plan(), waiters));
            Counting.Mark mark = course.count();
            Reply reply = worker.ask(
                    String.format(Locale.ROOT, "count-turns %.3f", course.plan().seconds()));
            Map<String, Long> requests = mark.end();
            double releases = reply.value("releases");
            List<Long> handOvers = reply.samples("hand-overs");
            if (releases == 0 || handOvers.isEmpty()) {
                throw new IOException("nobody got the lock with " + waiters + " waiting");
            }
            requests.forEach((counter, count) -> course.sheet()
                    .record(contestant, Metric.lower(counter + "/release").at(waiters), count / releases));
            Metric handOver = Metric.lower("hand-over p50 ms").at(waiters);
            course.sheet().record(contestant, handOver, Spread.of(handOvers).median() / 1e6);
        } finally {
            // With hundreds in the queue, an orderly end would take long, and nothing of it is measured.
            worker.kill();
        }
    }
}
