package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Reply;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What it costs to hold locks and do nothing. */
public final class IdleWorkload implements Workload {
    private static final List<Integer> OURS = List.of(1, 10, 100, 1_000, 10_000);
    private static final List<Integer> PEERS = List.of(1_000);
    /** For how many seconds ours is watched: two renewals, by default. */
    public static final int OUR_SECONDS = 7;

    // Two renewals of those who renew most seldom.
    private static final int THEIR_SECONDS = 20;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String caption() {
        return "One client holds locks and does nothing. Threads are all that the client's JVM has more than before it"
                + " connected, its own and those of its libraries. Conclave's own are those named `conclave-…`, Netty's one on"
                + " etcd among them, but for `conclave-leaks`, of which a JVM has one. One more cycle is the mean of"
                + " acquiring and releasing another name meanwhile. One run, not rounds.";
    }

    @Override
    public String axis() {
        return "held";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.HOLD_MANY);
    }

    private static List<Integer> sizes(Plan plan, Contestant contestant) {
        if (plan.quick()) {
            return List.of(1, 10);
        }
        return contestant.isUs() ? OURS : PEERS;
    }

    private static int seconds(Plan plan, Contestant contestant) {
        if (!contestant.backend().hasServer()) {
            // Nothing is counted there.
            return 0;
        }
        return plan.repetitions(contestant.isUs() ? OUR_SECONDS : THEIR_SECONDS, 1);
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.stream()
                .mapToDouble(each -> 4 + plan.warmUp() + sizes(plan, each).size() * (seconds(plan, each) + 1.5))
                .sum();
    }

    @Override
    public void run(Course course) throws Exception {
        course.each("holding", contestant -> {
            try (WorkerProcess worker = course.fork(contestant)) {
                // All alike: ours are measured at smaller sizes first, which would warm them only.
                worker.ask(
                        String.format(Locale.ROOT, "cycle 1 %.3f", course.plan().warmUp()));
                for (int held : sizes(course.plan(), contestant)) {
                    measure(course, contestant, worker, held);
                }
                // Nothing is measured of giving thousands up one by one.
                worker.kill();
            }
        });
    }

    private static void measure(Course course, Contestant contestant, WorkerProcess worker, int held) throws Exception {
        worker.ask("hold " + held);
        TimeUnit.MILLISECONDS.sleep(500);
        int seconds = seconds(course.plan(), contestant);
        Counting.Mark mark = course.count();
        TimeUnit.SECONDS.sleep(seconds);
        Map<String, Long> requests = mark.end();
        requests.forEach((counter, count) ->
                course.sheet().record(contestant, Metric.lower(counter + "/s").at(held), (double) count / seconds));
        Reply threads = worker.ask("threads");
        course.sheet().record(contestant, Metric.lower("threads").at(held), (double) threads.value("threads"));
        if (contestant.isUs()) {
            Metric own = Metric.neither("of these Conclave's own").at(held);
            course.sheet().record(contestant, own, (double) threads.value("ours"));
        }
        Reply cycles = worker.ask("cycle 1 0.500");
        Metric more = Metric.lower("one more cycle ms").at(held);
        course.sheet().record(contestant, more, cycles.value("nanos") / 1e6 / cycles.value("cycles"));
    }
}
