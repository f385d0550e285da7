package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Plan;
import dev.conclave.bench.WorkerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How soon the next leads when the leader's process is killed, everything set as it is by default where there is one. */
final class KillWorkload implements Workload {
    private static final Metric AFTER = Metric.lower("next leads after s");
    private static final int KILLS = 3;
    private static final long APART_MILLIS = 1_100;
    private static final long PATIENCE_SECONDS = 150;

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String caption() {
        return "Two candidates in two processes, settings by default; where there is none, the benchmark's choice: a lease"
                + " of 10 s for jetcd, as long as ours, and 30 s for ShedLock and the recipe for memcached. From SIGKILL of the leader until the other is told that"
                + " it leads. Each kill comes at another age of the last heartbeat; all contestants and all kills wait"
                + " side by side, since they wait idly.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.WAIT) && contestant.backend().acrossProcesses();
    }

    @Override
    public double estimate(Plan plan, List<Contestant> contestants) {
        // The slowest of the peers follow a lease of a minute.
        return contestants.size() * kills(plan) * 2.5 + (contestants.size() > 4 ? 60 : 12);
    }

    private static int kills(Plan plan) {
        return plan.repetitions(KILLS, 1);
    }

    /** A leader that is to be killed, and who waits to be the next. */
    private record Pair(WorkerProcess victim, WorkerProcess heir) {}

    @Override
    public void run(Course course) throws Exception {
        int kills = kills(course.plan());
        Map<Contestant, List<Pair>> pairs = new HashMap<>();
        for (int i = 0; i < kills; i++) {
            String election = "kill-" + i;
            course.each(
                    "candidates for kill " + (i + 1),
                    contestant -> pairs.computeIfAbsent(contestant, key -> new ArrayList<>())
                            .add(candidates(course, contestant, election)));
        }
        TimeUnit.MILLISECONDS.sleep(course.plan().repetitions(3_000, 1_000));
        ExecutorService waiting = Executors.newCachedThreadPool();
        try {
            Map<Contestant, List<Future<Double>>> latencies = new HashMap<>();
            for (int i = 0; i < kills; i++) {
                int kill = i;
                course.each(
                        "kill " + (i + 1),
                        contestant -> latencies
                                .computeIfAbsent(contestant, key -> new ArrayList<>())
                                .add(kill(pairs.get(contestant).get(kill), waiting)));
                TimeUnit.MILLISECONDS.sleep(APART_MILLIS);
            }
            course.each("heirs", contestant -> await(course, contestant, latencies.get(contestant)));
        } finally {
            waiting.shutdownNow();
            pairs.values().forEach(each -> each.forEach(pair -> pair.heir.kill()));
        }
    }

    private static Pair candidates(Course course, Contestant contestant, String election) throws Exception {
        WorkerProcess leader = course.fork(contestant);
        leader.ask("campaign " + election);
        leader.ask("await-leadership " + election);
        WorkerProcess heir = course.fork(contestant);
        heir.ask("campaign " + election);
        heir.send("await-leadership " + election);
        return new Pair(leader, heir);
    }

    private static Future<Double> kill(Pair pair, ExecutorService waiting) {
        long killed = System.nanoTime();
        pair.victim.kill();
        return waiting.submit(() -> {
            long led = pair.heir.receive().value("at");
            if (led < killed) {
                throw new IllegalStateException("the next led while the leader lived");
            }
            return (led - killed) / 1e9;
        });
    }

    private static void await(Course course, Contestant contestant, List<Future<Double>> latencies) throws Exception {
        for (Future<Double> latency : latencies) {
            try {
                course.sheet().record(contestant, AFTER, latency.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            } catch (TimeoutException e) {
                throw new IOException("nobody led within " + PATIENCE_SECONDS + " s", e);
            }
        }
    }
}
