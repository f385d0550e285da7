package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Reply;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Acquire and release without contention: one thread, or several with a name each over one client. */
final class CycleWorkload implements Workload {
    private static final Metric CYCLES = Metric.higher("cycles/s");
    private static final Metric CPU = Metric.lower("client CPU µs/cycle");

    private final String name;
    private final int threads;

    CycleWorkload(String name, int threads) {
        this.name = name;
        this.threads = threads;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String caption() {
        return threads == 1
                ? "Acquire and release, one thread, one name, nobody else."
                : "Acquire and release, " + threads + " threads with a name each over one client.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.LOCK);
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.size() * (1.3 + plan.warmUpForRates() + plan.rounds() * plan.seconds());
    }

    @Override
    public void run(Course course) throws Exception {
        Map<Contestant, WorkerProcess> workers = new HashMap<>();
        course.each("warm up", contestant -> {
            WorkerProcess worker = course.fork(contestant);
            workers.put(contestant, worker);
            worker.ask(command(course.plan().warmUpForRates()));
        });
        for (int round = 1; round <= course.plan().rounds(); round++) {
            course.each("round " + round, contestant -> measure(course, contestant, workers.get(contestant)));
        }
    }

    private String command(double seconds) {
        return String.format(Locale.ROOT, "cycle %d %.3f", threads, seconds);
    }

    private void measure(Course course, Contestant contestant, WorkerProcess worker) throws Exception {
        Counting.Mark mark = course.count();
        Reply reply = worker.ask(command(course.plan().seconds()));
        Map<String, Long> requests = mark.end();
        double cycles = reply.value("cycles");
        course.sheet().record(contestant, CYCLES, cycles * 1e9 / reply.value("nanos"));
        course.sheet().record(contestant, CPU, reply.value("cpu") / 1e3 / cycles);
        requests.forEach((counter, count) ->
                course.sheet().record(contestant, Metric.lower(counter + "/cycle"), count / cycles));
    }
}
