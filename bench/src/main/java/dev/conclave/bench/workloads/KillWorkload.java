package dev.conclave.bench.workloads;

import dev.conclave.bench.Contestant;
import dev.conclave.bench.Course;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.WorkerProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How soon the next leads when the leader's process is killed, everything set as it is by default. */
final class KillWorkload implements Workload {
    private static final String ELECTION = "kill";
    private static final long PATIENCE_SECONDS = 150;

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String caption() {
        return "Two candidates in two processes, default settings. From SIGKILL of the leader until the other is told that"
                + " it leads. Each repetition kills at another age of the last heartbeat; all contestants wait side by"
                + " side, since they wait idly.";
    }

    @Override
    public boolean suits(Contestant contestant) {
        return contestant.has(Feature.WAIT) && contestant.backend().acrossProcesses();
    }

    @Override
    public void run(Course course) throws Exception {
        ExecutorService waiting = Executors.newCachedThreadPool();
        try {
            for (int i = 0; i < course.plan().repetitions(3, 1); i++) {
                kill(course, waiting, i);
            }
        } finally {
            waiting.shutdownNow();
        }
    }

    private static void kill(Course course, ExecutorService waiting, int repetition) throws Exception {
        Map<Contestant, WorkerProcess> victims = new HashMap<>();
        Map<Contestant, WorkerProcess> heirs = new HashMap<>();
        String election = ELECTION + "-" + repetition;
        course.each("candidates for kill " + (repetition + 1), contestant -> {
            victims.put(contestant, leader(course, contestant, election));
            WorkerProcess heir = course.fork(contestant);
            heir.ask("campaign " + election);
            heir.send("await-leadership " + election);
            heirs.put(contestant, heir);
        });
        TimeUnit.MILLISECONDS.sleep(course.plan().repetitions(3_000, 1_000) + 1_100L * repetition);
        Map<Contestant, Future<Double>> latencies = new HashMap<>();
        course.each("kill " + (repetition + 1), contestant -> {
            long killed = System.nanoTime();
            victims.get(contestant).kill();
            latencies.put(
                    contestant,
                    waiting.submit(() -> (heirs.get(contestant).receive().value("at") - killed) / 1e9));
        });
        course.each("heir of kill " + (repetition + 1), contestant -> {
            try {
                double seconds = latencies.get(contestant).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                course.sheet().record(contestant, Metric.lower("next leads after s"), seconds);
            } catch (TimeoutException e) {
                course.sheet().remark(contestant.name() + ": nobody led within " + PATIENCE_SECONDS + " s");
            }
        });
        List<WorkerProcess> done = new ArrayList<>(heirs.values());
        done.forEach(WorkerProcess::kill);
    }

    private static WorkerProcess leader(Course course, Contestant contestant, String election) throws Exception {
        WorkerProcess leader = course.fork(contestant);
        leader.ask("campaign " + election);
        leader.ask("await-leadership " + election);
        return leader;
    }
}
