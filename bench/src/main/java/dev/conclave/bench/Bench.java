package dev.conclave.bench;

import dev.conclave.bench.deployments.Counting;
import dev.conclave.bench.deployments.Deployment;
import dev.conclave.bench.deployments.Deployments;
import dev.conclave.bench.peers.Contestants;
import dev.conclave.bench.workloads.Workload;
import dev.conclave.bench.workloads.Workloads;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs Conclave and its peers in turn on the same servers, and prints tables. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs Conclave and its peers in turn on the same servers, and prints tables.",
        footer = {
            "",
            "Examples:",
            "  bench/run --quick                                       does everything run?",
            "  bench/run --backend redis --workload cycle,threads --rounds 5 --pin",
            "  bench/run --out result.md --out result.json             everything"
        })
public final class Bench implements Callable<Integer> {
    @Option(
            names = "--backend",
            split = ",",
            paramLabel = "NAME",
            description = "redis, zookeeper, postgresql, file or memory (default: the first three)")
    private List<String> backends = List.of("redis", "zookeeper", "postgresql");

    @Option(
            names = "--workload",
            split = ",",
            paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES} (default: all)",
            completionCandidates = WorkloadNames.class)
    private List<String> workloads = new WorkloadNames().names();

    @Option(
            names = "--contestant",
            split = ",",
            paramLabel = "NAME",
            description = "who takes part, as named in the tables (default: everybody)")
    private List<String> contestants = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "turns of each contestant (default: 3)")
    private int rounds = 3;

    @Option(names = "--seconds", paramLabel = "S", description = "length of a turn (default: 2)")
    private double seconds = 2;

    @Option(names = "--warm-up", paramLabel = "S", description = "what each runs before its first turn (default: 8)")
    private double warmUp = 8;

    @Option(
            names = "--quick",
            description = "one round of half a second and hardly a warm-up: shows that it runs, not how fast")
    private boolean quick;

    @Option(
            names = "--pin",
            description = "keep servers on one half of the processors and contestants on the other, by taskset")
    private boolean pin;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "also write the report there: JSON if it ends in .json, Markdown otherwise; may be repeated")
    private List<Path> out = List.of();

    private final PrintStream progress = System.err;

    /** The names of workloads, for the help. */
    static final class WorkloadNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        WorkloadNames() {
            addAll(names());
        }

        List<String> names() {
            return Workloads.all().stream().map(Workload::name).toList();
        }
    }

    private Bench() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        CommandLine program = new CommandLine(new Bench());
        int status = program.execute(args);
        System.exit(status);
    }

    @Override
    public Integer call() throws Exception {
        List<Backend> chosenBackends = backends.stream().map(this::backend).toList();
        List<Workload> chosen = workloads.stream().map(this::workload).toList();
        checkContestants(chosenBackends);
        if (pin && !Pinning.possible()) {
            throw usage("--pin needs taskset and at least two processors");
        }
        List<String> prefix = pin ? Pinning.clients() : List.of();
        Plan plan = quick ? new Plan(1, 0.5, 0.5, true, prefix) : new Plan(rounds, seconds, warmUp, false, prefix);
        Report report = new Report(Machine.state());
        report.circumstance("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        report.circumstance("command", "bench/run " + String.join(" ", commandLine()));
        report.circumstance("plan", plan(plan));
        Path folder = Files.createTempDirectory("conclave-bench");
        try {
            for (Backend backend : chosenBackends) {
                onBackend(backend, chosen, plan, folder, report);
            }
        } finally {
            report.circumstance("load at the end", Machine.load());
            Processes.deleteTree(folder);
            for (Path file : out) {
                report.write(file);
            }
        }
        System.out.println(report.markdown());
        return 0;
    }

    private void onBackend(Backend backend, List<Workload> chosen, Plan plan, Path folder, Report report)
            throws Exception {
        try (Deployment deployment = Deployments.start(backend, folder)) {
            if (pin && deployment.pid() > 0) {
                Pinning.server(deployment.pid());
            }
            report.circumstance(backend.label(), deployment.version());
            report.circumstance(backend.label() + " contestants", versions(backend));
            Counting counting = new Counting(deployment);
            for (Workload workload : chosen) {
                Sheet sheet = new Sheet(workload.name(), backend, workload.caption());
                List<Contestant> suited =
                        taking(backend).stream().filter(workload::suits).toList();
                if (suited.isEmpty()) {
                    continue;
                }
                try (Course course = new Course(plan, deployment, counting, suited, sheet, progress)) {
                    workload.run(course);
                }
                report.add(sheet);
                progress.println();
                progress.println(Table.of(sheet));
            }
        }
    }

    private List<Contestant> taking(Backend backend) {
        return Contestants.on(backend).stream()
                .filter(contestant -> contestants.isEmpty() || contestants.contains(contestant.name()))
                .toList();
    }

    private String versions(Backend backend) {
        return String.join(
                "; ",
                taking(backend).stream()
                        .map(contestant -> contestant.name() + " " + contestant.version())
                        .toList());
    }

    private static String plan(Plan plan) {
        return String.format(
                Locale.ROOT,
                "%d rounds of %.1f s after %.1f s of warming up%s%s",
                plan.rounds(),
                plan.seconds(),
                plan.warmUp(),
                plan.quick() ? "; QUICK, so the figures mean nothing" : "",
                plan.clients().isEmpty() ? "" : "; servers and clients on processors of their own");
    }

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private List<String> commandLine() {
        return spec.commandLine().getParseResult().originalArgs();
    }

    private Backend backend(String name) {
        for (Backend backend : Backend.values()) {
            if (backend.label().equals(name)) {
                return backend;
            }
        }
        throw usage("no backend " + name + "; there are "
                + String.join(
                        ", ",
                        List.of(Backend.values()).stream().map(Backend::label).toList()));
    }

    private Workload workload(String name) {
        return Workloads.all().stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        usage("no workload " + name + "; there are " + String.join(", ", new WorkloadNames().names())));
    }

    private void checkContestants(List<Backend> on) {
        List<String> known = on.stream()
                .flatMap(backend -> Contestants.on(backend).stream())
                .map(Contestant::name)
                .distinct()
                .toList();
        for (String name : contestants) {
            if (!known.contains(name)) {
                throw usage("no contestant " + name + "; there are " + String.join(", ", known));
            }
        }
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
