package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Reply;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What it costs to hold a thousand locks and do nothing. */
final class IdleWorkload implements Workload {
    private static final int HELD = 1_000;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String caption() {
        return String.format(
                "One client holds %,d locks and does nothing. Threads are all that the client's JVM has more than before it"
                        + " connected, its own and those of its libraries. One run, not rounds.",
                HELD);
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.HOLD_MANY);
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("holding", contestant -> measure(course, contestant));
    }

    private static void measure(Course course, Contestant contestant) throws Exception {
        try (WorkerProcess worker = course.fork(contestant)) {
            worker.ask("hold " + HELD);
            TimeUnit.SECONDS.sleep(course.plan().repetitions(2, 1));
            int seconds = course.plan().repetitions(20, 2);
            Counting.Mark mark = course.count();
            TimeUnit.SECONDS.sleep(seconds);
            Map<String, Long> requests = mark.end();
            requests.forEach((counter, count) ->
                    course.sheet().record(contestant, Metric.lower(counter + "/s"), (double) count / seconds));
            Reply threads = worker.ask("threads");
            course.sheet().record(contestant, Metric.lower("threads"), (double) threads.value("threads"));
            if (contestant.kind() == Contestant.Kind.CONCLAVE) {
                course.sheet()
                        .record(contestant, Metric.neither("of these Conclave's own"), (double) threads.value("ours"));
            }
        }
    }
}
