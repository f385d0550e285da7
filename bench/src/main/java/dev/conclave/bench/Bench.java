package dev.conclave.bench;

import dev.conclave.bench.peers.Contestants;
import dev.conclave.bench.pictures.Picture;
import dev.conclave.bench.workloads.Workload;
import dev.conclave.bench.workloads.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs Conclave and its peers in turn on the same servers, and prints tables. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs Conclave and its peers in turn on the same servers, and prints tables.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:everybody went on to the end", "1:somebody failed, or the run did", "2:wrong usage"},
        footer = {
            "",
            "Examples:",
            "  bench/run --quick                                       does everything run?",
            "  bench/run --backend redis --workload cycle,threads --rounds 5",
            "  bench/run --results results                             everything, a file for each backend",
            "  bench/run --render docs/benchmarks.md results/*.json    a page of them, with pictures"
        })
public final class Bench implements Callable<Integer> {
    /** Some turns last twice as long, and who gives no answer for longer than so is taken to hang. */
    private static final long MOST_SECONDS = WorkerProcess.PATIENCE_SECONDS / 2 - 20;

    @Option(names = "--backend", split = ",", paramLabel = "NAME", description = "redis, zookeeper, ... (default: all)")
    private List<String> backends =
            Stream.of(Backend.values()).map(Backend::label).toList();

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

    @Option(names = "--seconds", paramLabel = "S", description = "length of a turn (default: 1)")
    private double seconds = 1;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            description = "what each runs before its first turn (default: 5; twice that where rates are compared)")
    private double warmUp = 5;

    @Option(
            names = "--quick",
            description = "one round of half a second and hardly a warm-up: shows that it runs, not how fast")
    private boolean quick;

    @Option(
            names = "--pin",
            split = ",",
            paramLabel = "NAME",
            description =
                    "workloads in which the server is kept on one half of the processors and contestants on the other,"
                            + " by taskset; or none (default: cycle, where there is a taskset)")
    private List<String> pinned;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "also write the report there: JSON if it ends in .json, a picture if in .svg, Markdown otherwise;"
                            + " may be repeated")
    private List<Path> out = List.of();

    @Option(
            names = "--results",
            paramLabel = "FOLDER",
            description =
                    "also write the report of each backend there as soon as it is done, and pass over those that have"
                            + " one: so a run can be taken up again")
    private Path results;

    @Option(
            names = "--render",
            paramLabel = "FILE",
            description = "run nothing: write a page of these reports, and its pictures into a folder beside it")
    private Path page;

    @Parameters(paramLabel = "REPORT", description = "JSON that was written before, for --render", arity = "0..*")
    private List<Path> reports = List.of();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

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

    Bench() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        CommandLine program = new CommandLine(new Bench());
        int status = program.execute(args);
        System.exit(status);
    }

    @Override
    public Integer call() throws Exception {
        if (page != null) {
            return render();
        }
        if (!reports.isEmpty()) {
            throw usage("reports are read with --render FILE only");
        }
        List<Backend> chosen = backends.stream().map(this::backend).toList();
        checkContestants(chosen);
        checkTimes();
        List<Report> done = run(chosen);
        Report all = Report.together(done);
        for (Path file : out) {
            Files.writeString(file, content(all, file.toString()));
        }
        System.out.println(all.markdown());
        if (!all.isWhole()) {
            System.err.println("somebody could not go on: see the lines that begin with > in the tables");
            return 1;
        }
        return 0;
    }

    private int render() throws IOException {
        if (reports.isEmpty()) {
            throw usage("--render needs reports to make a page of");
        }
        List<Report> read = new ArrayList<>();
        for (Path report : reports) {
            read.add(Report.read(report));
        }
        document(read).write(page);
        return 0;
    }

    private Document document(List<Report> read) {
        try {
            return new Document(read);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private List<Report> run(List<Backend> chosen) throws Exception {
        List<Workload> doing = workloads.stream().map(this::workload).toList();
        Run run = new Run(plan(), doing, contestants, "bench/run " + String.join(" ", commandLine()), System.err);
        if (results != null) {
            Files.createDirectories(results);
        }
        Map<Backend, Report> before = before(chosen, run);
        run.expect(
                chosen.stream().filter(backend -> !before.containsKey(backend)).toList());
        List<Report> done = new ArrayList<>();
        for (Backend backend : chosen) {
            Report report = before.get(backend);
            if (report == null) {
                report = run.on(backend);
                write(backend, report);
            }
            done.add(report);
        }
        return done;
    }

    /** What an earlier run left of this one; all is read before anything runs. */
    private Map<Backend, Report> before(List<Backend> chosen, Run run) throws IOException {
        Map<Backend, Report> before = new EnumMap<>(Backend.class);
        for (Backend backend : chosen) {
            if (results == null || !Files.exists(result(backend))) {
                continue;
            }
            Report report = Report.read(result(backend));
            String difference = run.difference(report, backend);
            if (!difference.isEmpty()) {
                throw usage(
                        result(backend) + " is of another run (" + difference + "): remove it, or name another folder");
            }
            System.err.println(backend.label() + ": passed over, is there of commit "
                    + report.circumstances().get("commit") + " at "
                    + report.circumstances().get("at"));
            before.put(backend, report);
        }
        return before;
    }

    private void write(Backend backend, Report report) throws IOException {
        if (results == null) {
            return;
        }
        // A part of a report would be passed over like a whole one.
        Path part = results.resolve(backend.label() + ".json.part");
        Files.writeString(part, report.json());
        Files.move(part, result(backend), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path result(Backend backend) {
        return results.resolve(backend.label() + ".json");
    }

    private static String content(Report report, String file) {
        if (file.endsWith(".json")) {
            return report.json();
        }
        return file.endsWith(".svg") ? Picture.svg(Picture.of(report.sheets())) : report.markdown();
    }

    private Plan plan() throws InterruptedException {
        Set<String> apart = pinned();
        return quick ? new Plan(1, 0.5, 0.5, true, apart) : new Plan(rounds, seconds, warmUp, false, apart);
    }

    /** With one thread, a rate differs threefold with where the scheduler puts client and server. */
    private Set<String> pinned() throws InterruptedException {
        if (pinned == null) {
            return Pinning.possible() ? Set.of("cycle") : Set.of();
        }
        if (pinned.equals(List.of("none"))) {
            return Set.of();
        }
        if (!Pinning.possible()) {
            throw usage("--pin needs taskset and at least two processors; --pin none does without");
        }
        return pinned.stream().map(this::workload).map(Workload::name).collect(Collectors.toSet());
    }

    /** As it may be published: where files are on this machine is nobody else's concern. */
    private List<String> commandLine() {
        return spec.commandLine().getParseResult().originalArgs().stream()
                .map(word -> word.startsWith("/") ? String.valueOf(Path.of(word).getFileName()) : word)
                .toList();
    }

    private Backend backend(String name) {
        return Stream.of(Backend.values())
                .filter(backend -> backend.label().equals(name))
                .findFirst()
                .orElseThrow(() -> usage("no backend " + name + "; there are "
                        + String.join(
                                ", ",
                                Stream.of(Backend.values()).map(Backend::label).toList())));
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

    private void checkTimes() {
        if (rounds < 1) {
            throw usage("--rounds must be 1 at least");
        }
        if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
            throw usage("--seconds must be more than 0 and at most " + MOST_SECONDS);
        }
        if (!(warmUp >= 0 && warmUp <= MOST_SECONDS)) {
            throw usage("--warm-up must be 0 at least and at most " + MOST_SECONDS);
        }
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
