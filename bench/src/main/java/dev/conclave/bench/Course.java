package dev.conclave.bench;

import dev.conclave.bench.deployments.Counting;
import dev.conclave.bench.deployments.Deployment;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** One workload on one backend, while it runs: who takes part, on what server, and where figures go. */
public final class Course implements AutoCloseable {
    private static final AtomicInteger MEMBERS = new AtomicInteger();

    private static final long STARTED = System.nanoTime();

    private final Plan plan;
    private final List<String> prefix;
    private final Deployment deployment;
    private final Counting counting;
    private final List<Contestant> contestants;
    private final Sheet sheet;
    private final PrintStream progress;
    private final Map<Contestant, List<WorkerProcess>> workers = new HashMap<>();

    /**
     * Nothing has begun.
     *
     * @param prefix a command before the JVMs of contestants, such as taskset with its arguments; or nothing
     */
    Course(
            Plan plan,
            List<String> prefix,
            Deployment deployment,
            Counting counting,
            List<Contestant> contestants,
            Sheet sheet,
            PrintStream progress) {
        this.plan = plan;
        this.prefix = prefix;
        this.deployment = deployment;
        this.counting = counting;
        this.contestants = contestants;
        this.sheet = sheet;
        this.progress = progress;
    }

    /** How long and how often. */
    public Plan plan() {
        return plan;
    }

    /** Where figures go. */
    public Sheet sheet() {
        return sheet;
    }

    /** Begins to count the server's requests. */
    public Counting.Mark count() throws Exception {
        return counting.begin();
    }

    /** Those who take part and have not failed so far. */
    public List<Contestant> contestants() {
        return contestants.stream()
                .filter(contestant -> !sheet.out().containsKey(contestant))
                .toList();
    }

    /** A step with one contestant. */
    @FunctionalInterface
    public interface Turn {
        /** Takes the turn. */
        void take(Contestant contestant) throws Exception;
    }

    /** Lets each have its turn, one after another. Who fails is out: its processes are ended, and the sheet says why. */
    public void each(String what, Turn turn) throws InterruptedException {
        for (Contestant contestant : contestants()) {
            checkGoingOn();
            say(what + ": " + contestant.name());
            try {
                turn.take(contestant);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // Who is ended because the run is has not failed.
                checkGoingOn();
                out(contestant, e);
            }
        }
    }

    private static void checkGoingOn() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the run was broken off");
        }
    }

    private void out(Contestant contestant, Exception cause) throws InterruptedException {
        say(contestant.name() + " is out: " + cause);
        sheet.out(contestant, cause.getMessage() == null ? cause.toString() : cause.getMessage());
        // What it would still ask the server is not to be counted as the next one's.
        List<WorkerProcess> its = workers(contestant);
        its.forEach(WorkerProcess::kill);
        for (WorkerProcess worker : its) {
            worker.close();
        }
    }

    private List<WorkerProcess> workers(Contestant contestant) {
        return workers.computeIfAbsent(contestant, key -> new ArrayList<>());
    }

    /** Starts a contestant's JVM, which ends with this course at the latest. */
    public WorkerProcess fork(Contestant contestant) throws IOException {
        String member = "member-" + MEMBERS.incrementAndGet();
        WorkerProcess worker = new WorkerProcess(contestant, deployment.url(), member, prefix);
        workers(contestant).add(worker);
        return worker;
    }

    /** Shows what goes on. */
    public void say(String what) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - STARTED);
        progress.printf(
                "%d:%02d %s on %s, %s%n",
                seconds / 60, seconds % 60, sheet.workload(), sheet.backend().label(), what);
    }

    @Override
    public void close() throws InterruptedException {
        // All at once, as some take seconds.
        List<WorkerProcess> all =
                workers.values().stream().flatMap(List::stream).toList();
        all.forEach(WorkerProcess::end);
        for (WorkerProcess worker : all) {
            worker.close();
        }
    }
}
