package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.Reply;
import dev.conclave.bench.Sheet;
import dev.conclave.bench.Spread;
import dev.conclave.bench.WorkerProcess;
import dev.conclave.bench.deployments.Counting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Four processes on one lock. */
final class ContendedWorkload implements Workload {
    private static final int PROCESSES = 4;
    private static final int HOLD_MILLIS = 1;
    private static final Metric PER_SECOND = Metric.higher("acquisitions/s");
    private static final Metric CHANGED = Metric.neither("changed hands %");
    private static final Metric HAND_OVERS = Metric.higher("hand-overs/s");
    private static final Metric HAND_OVER = Metric.lower("hand-over p50 ms");
    private static final Metric WAIT_P99 = Metric.lower("wait p99 ms");
    private static final Metric WAIT_MOST = Metric.lower("wait max ms");

    @Override
    public String name() {
        return "contended";
    }

    @Override
    public String caption() {
        return PROCESSES + " processes on one lock, which each gives up at once and asks for again. Who gets it again"
                + " before the others hear of it makes many acquisitions and lets them starve: see how often it changed"
                + " hands, and the longest wait. Before, in a turn that is not measured, each keeps the lock for "
                + HOLD_MILLIS + " ms: who lets two have it at once could not go on.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.WAIT) && contestant.backend().acrossProcesses();
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        return contestants.size()
                * (PROCESSES * 0.8 + plan.warmUpForRates() + plan.seconds() + plan.rounds() * plan.seconds() * 2);
    }

    @Override
    public void run(Course course) throws Exception {
        Map<Contestant, List<WorkerProcess>> workers = new HashMap<>();
        course.each("warm up", contestant -> {
            List<WorkerProcess> team = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                team.add(course.fork(contestant));
            }
            workers.put(contestant, team);
            contend(team, course.plan().warmUpForRates(), 0);
            checkApart(tenures(contend(team, course.plan().seconds(), HOLD_MILLIS)));
        });
        for (int round = 1; round <= course.plan().rounds(); round++) {
            course.each("round " + round, contestant -> measure(course, contestant, workers.get(contestant)));
        }
    }

    private static List<Reply> contend(List<WorkerProcess> team, double seconds, int holdMillis) throws IOException {
        for (WorkerProcess worker : team) {
            worker.send(String.format(Locale.ROOT, "contend contended %.3f %d", seconds, holdMillis));
        }
        List<Reply> replies = new ArrayList<>();
        for (WorkerProcess worker : team) {
            replies.add(worker.receive());
        }
        return replies;
    }

    record Tenure(int process, long asked, long acquired, long released) {}

    private static void measure(Course course, Contestant contestant, List<WorkerProcess> team) throws Exception {
        double seconds = course.plan().seconds() * 2;
        Counting.Mark mark = course.count();
        List<Reply> replies = contend(team, seconds, 0);
        Map<String, Long> requests = mark.end();
        List<Tenure> tenures = tenures(replies);
        checkApart(tenures);
        Sheet sheet = course.sheet();
        sheet.record(contestant, PER_SECOND, tenures.size() / seconds);
        handOvers(course, contestant, tenures, seconds);
        Spread waits = Spread.of(
                tenures.stream().map(each -> (each.acquired - each.asked) / 1e6).toList());
        sheet.record(contestant, WAIT_P99, waits.quantile(0.99));
        sheet.record(contestant, WAIT_MOST, waits.most());
        requests.forEach((counter, count) ->
                sheet.record(contestant, Metric.lower(counter + "/acquisition"), (double) count / tenures.size()));
    }

    /** Of all processes, in the order in which they began. */
    static List<Tenure> tenures(List<Reply> replies) {
        List<Tenure> tenures = new ArrayList<>();
        for (int process = 0; process < replies.size(); process++) {
            Reply reply = replies.get(process);
            List<Long> asked = reply.samples("asked");
            for (int i = 0; i < asked.size(); i++) {
                tenures.add(new Tenure(
                        process,
                        asked.get(i),
                        reply.samples("acquired").get(i),
                        reply.samples("released").get(i)));
            }
        }
        tenures.sort(Comparator.comparingLong(Tenure::acquired));
        return tenures;
    }

    /** Fails if two held the lock at once. */
    static void checkApart(List<Tenure> tenures) {
        int overlaps = 0;
        for (int i = 1; i < tenures.size(); i++) {
            if (tenures.get(i).acquired < tenures.get(i - 1).released) {
                overlaps++;
            }
        }
        if (overlaps > 0) {
            throw new IllegalStateException("two processes held the lock at once, " + overlaps + " times");
        }
    }

    private static void handOvers(Course course, Contestant contestant, List<Tenure> tenures, double seconds) {
        List<Double> latencies = new ArrayList<>();
        for (int i = 1; i < tenures.size(); i++) {
            Tenure before = tenures.get(i - 1);
            Tenure after = tenures.get(i);
            if (after.process != before.process) {
                latencies.add((after.acquired - before.released) / 1e6);
            }
        }
        course.sheet().record(contestant, HAND_OVERS, latencies.size() / seconds);
        course.sheet().record(contestant, CHANGED, 100.0 * latencies.size() / Math.max(1, tenures.size() - 1));
        if (!latencies.isEmpty()) {
            course.sheet().record(contestant, HAND_OVER, Spread.of(latencies).median());
        }
    }
}
