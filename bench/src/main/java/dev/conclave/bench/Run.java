package dev.conclave.bench;

import dev.conclave.bench.deployments.Counting;
import dev.conclave.bench.deployments.Deployment;
import dev.conclave.bench.deployments.Deployments;
import dev.conclave.bench.peers.Contestants;
import dev.conclave.bench.workloads.Workload;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Chosen workloads on one backend after another. */
final class Run {
    private static final double SERVER_STARTS = 3;

    private final Plan plan;
    private final List<Workload> workloads;
    private final List<String> contestants;
    private final String command;
    private final PrintStream progress;
    private final Remaining remaining = new Remaining();

    /**
     * Chosen, not begun.
     *
     * @param contestants their names; all if there are none
     */
    Run(Plan plan, List<Workload> workloads, List<String> contestants, String command, PrintStream progress) {
        this.plan = plan;
        this.workloads = workloads;
        this.contestants = contestants;
        this.command = command;
        this.progress = progress;
    }

    /** Says on which backends it will be done, so that the time left can be told. */
    void expect(List<Backend> backends) {
        for (Backend backend : backends) {
            remaining.expect(SERVER_STARTS);
            workloads.forEach(workload -> remaining.expect(estimate(workload, backend)));
        }
        progress.println("about " + remaining.said());
    }

    private double estimate(Workload workload, Backend backend) {
        List<Contestant> suited = suited(workload, backend);
        return suited.isEmpty() ? 0 : workload.estimate(plan, suited);
    }

    private List<Contestant> taking(Backend backend) {
        return Contestants.on(backend).stream()
                .filter(contestant -> contestants.isEmpty() || contestants.contains(contestant.name()))
                .toList();
    }

    private List<Contestant> suited(Workload workload, Backend backend) {
        return taking(backend).stream().filter(workload::suits).toList();
    }

    Report on(Backend backend) throws Exception {
        try (BreakingOff ignored = new BreakingOff()) {
            return measuredOn(backend);
        }
    }

    private Report measuredOn(Backend backend) throws Exception {
        Report report = new Report(Machine.state());
        report.circumstance("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        report.circumstance("command", command);
        report.circumstance("plan", described(plan));
        Path folder = Files.createTempDirectory("conclave-bench");
        Deployment deployment = null;
        try {
            deployment = Deployments.start(backend, folder);
            remaining.done(SERVER_STARTS);
            report.circumstance(backend.label(), deployment.version());
            report.circumstance(backend.label() + " contestants", versions(backend));
            Counting counting = new Counting(deployment);
            for (Workload workload : workloads) {
                if (!suited(workload, backend).isEmpty()) {
                    report.add(measured(workload, backend, deployment, counting));
                }
            }
        } finally {
            report.circumstance("load at the end", Machine.load());
            if (deployment != null) {
                clean("end the server", deployment::close);
            }
            clean("delete " + folder, () -> Processes.deleteTree(folder));
        }
        return report;
    }

    private interface Cleaning {
        void run() throws Exception;
    }

    /** What was measured is worth more than a tidy end. */
    private void clean(String what, Cleaning cleaning) {
        try {
            cleaning.run();
        } catch (Exception e) {
            progress.println("warning: could not " + what + ": " + e);
        }
    }

    /** What a report was to measure otherwise than this run would; empty if it is a report of this run. */
    String difference(Report report, Backend backend) {
        Map<String, String> of = report.circumstances();
        String taking = of.get(backend.label() + " contestants");
        List<String> measured = report.sheets().stream().map(Sheet::workload).toList();
        List<String> wanted = workloads.stream()
                .filter(workload -> !suited(workload, backend).isEmpty())
                .map(Workload::name)
                .toList();
        if (!described(plan).equals(of.get("plan"))) {
            return of.get("plan");
        }
        if (!versions(backend).equals(taking)) {
            return "contestants " + taking;
        }
        return measured.equals(wanted) ? "" : "workloads " + String.join(", ", measured);
    }

    private Sheet measured(Workload workload, Backend backend, Deployment deployment, Counting counting)
            throws Exception {
        Sheet sheet = workload.sheet(backend);
        boolean apart = plan.pinned().contains(workload.name()) && deployment.pid() > 0;
        if (apart) {
            Pinning.server(deployment.pid());
        }
        List<String> prefix = apart ? Pinning.clients() : List.of();
        try (Course course =
                new Course(plan, prefix, deployment, counting, suited(workload, backend), sheet, progress)) {
            workload.run(course);
        }
        if (apart) {
            Pinning.freed(deployment.pid());
        }
        remaining.done(estimate(workload, backend));
        progress.println();
        progress.println(Table.of(sheet));
        progress.println("about " + remaining.said());
        return sheet;
    }

    private String versions(Backend backend) {
        return String.join(
                "; ",
                taking(backend).stream()
                        .map(contestant -> contestant.name() + " " + contestant.version())
                        .toList());
    }

    private static String described(Plan plan) {
        return String.format(
                Locale.ROOT,
                "%d rounds of %.1f s after %.1f s of warming up (twice that where rates are compared)%s%s",
                plan.rounds(),
                plan.seconds(),
                plan.warmUp(),
                plan.quick() ? "; QUICK, so the figures mean nothing" : "",
                plan.pinned().isEmpty()
                        ? ""
                        : "; server and clients on processors of their own in "
                                + String.join(", ", new TreeSet<>(plan.pinned())));
    }
}
