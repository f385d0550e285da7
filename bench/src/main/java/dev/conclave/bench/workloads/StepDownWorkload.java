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
import java.util.concurrent.TimeUnit;

/** How soon the next leads when the leader steps down. */
final class StepDownWorkload implements Workload {
    private static final String ELECTION = "step-down";
    // Long enough for the other candidate to be in the queue, or in whatever way it waits.
    private static final long SETTLE_MILLIS = 40;

    @Override
    public String name() {
        return "stepdown";
    }

    @Override
    public String caption() {
        return "Two candidates in two processes. From the leader's call to step down until the other is told that it leads."
                + " One run, not rounds. Libraries without elections use a lock.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.WAIT) && contestant.backend().acrossProcesses();
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.size() * plan.repetitions(6, 3);
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("stepping down", contestant -> measure(course, contestant));
    }

    private static void measure(Course course, Contestant contestant) throws Exception {
        try (WorkerProcess one = course.fork(contestant);
                WorkerProcess another = course.fork(contestant)) {
            WorkerProcess leader = one;
            WorkerProcess next = another;
            leader.ask("campaign " + ELECTION);
            leader.ask("await-leadership " + ELECTION);
            int warmUp = course.plan().repetitions(20, 2);
            List<Double> latencies = new ArrayList<>();
            for (int i = 0; i < warmUp + course.plan().repetitions(60, 6); i++) {
                next.ask("campaign " + ELECTION);
                next.send("await-leadership " + ELECTION);
                TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
                long begun = leader.ask("step-down " + ELECTION).value("at");
                long led = next.receive().value("at");
                if (led < begun) {
                    throw new IllegalStateException("the next led before the leader stepped down");
                }
                latencies.add((led - begun) / 1e6);
                WorkerProcess former = leader;
                leader = next;
                next = former;
            }
            Spread measured = Spread.of(latencies.subList(warmUp, latencies.size()));
            course.sheet().record(contestant, Metric.lower("next leads p50 ms"), measured.median());
            course.sheet().record(contestant, Metric.lower("p90 ms"), measured.quantile(0.9));
            course.sheet().record(contestant, Metric.lower("max ms"), measured.most());
        }
    }
}
