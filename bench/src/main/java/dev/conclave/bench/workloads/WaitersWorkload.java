package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Reply;
import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a release costs when few or many wait. */
final class WaitersWorkload implements Workload {
    private static final int HOLD_MILLIS = 5;

    private final int[] sizes;

    WaitersWorkload(int... sizes) {
        this.sizes = sizes;
    }

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
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.WAIT);
    }

    @Override
    public void run(Course course) throws Exception {
        for (int waiters : sizes) {
            course.each(waiters + " waiting", contestant -> measure(course, contestant, waiters));
        }
    }

    private static void measure(Course course, Contestant contestant, int waiters) throws Exception {
        WorkerProcess worker = course.fork(contestant);
        try {
            worker.ask("turns " + waiters + " " + HOLD_MILLIS);
            TimeUnit.MILLISECONDS.sleep(course.plan().repetitions(3_000, 1_000));
            Counting.Mark mark = course.count();
            Reply reply = worker.ask(
                    String.format(Locale.ROOT, "count-turns %.3f", course.plan().seconds()));
            Map<String, Long> requests = mark.end();
            double releases = reply.value("releases");
            if (releases == 0) {
                course.sheet().remark(contestant.name() + ": nobody got the lock with " + waiters + " waiting");
                return;
            }
            requests.forEach((counter, count) -> course.sheet()
                    .record(contestant, Metric.lower(counter + "/release, " + waiters + " waiting"), count / releases));
            course.sheet()
                    .record(
                            contestant,
                            Metric.lower("hand-over p50 ms, " + waiters + " waiting"),
                            Spread.of(reply.samples("hand-overs")).median() / 1e6);
        } finally {
            // With hundreds in the queue, an orderly end would take long, and nothing of it is measured.
            worker.kill();
        }
    }
}
