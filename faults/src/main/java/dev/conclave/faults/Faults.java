package dev.conclave.faults;

import dev.conclave.Durations;
import dev.conclave.faults.checker.Checker;
import dev.conclave.faults.checker.Verdict;
import dev.conclave.faults.history.History;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.report.Records;
import dev.conclave.faults.sites.Sites;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Breaks members and servers at random, and writes down what the members believed and did. */
@Command(
        name = "faults/run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Breaks members and servers at random, and writes down what the members believed and did.",
        footer = {
            "",
            "The memory driver lives within one process, so there is nothing here to break: the simulator in core is its soak.",
            "",
            "Examples:",
            "  faults/run --driver redis --seconds 60",
            "  faults/run --driver file --seed 4711 --verbose      the same plan again",
            "  faults/run --only member-pause,drop --keep          all drivers, five minutes each"
        })
public final class Faults implements Callable<Integer> {
    @Option(
            names = "--driver",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = SiteNames.class,
            description = "one after the other: ${COMPLETION-CANDIDATES} (default: all)")
    private List<String> sites = Sites.names();

    @Option(names = "--seconds", paramLabel = "S", description = "how long things are broken for (default: 300)")
    private int seconds = 300;

    @Option(names = "--seed", paramLabel = "N", description = "of all that is random (default: another one each time)")
    private long seed = ThreadLocalRandom.current().nextInt(1_000_000);

    @Option(names = "--members", paramLabel = "N", description = "how many JVMs (default: 5)")
    private int members = 5;

    @Option(names = "--ttl", paramLabel = "T", description = "of the members' sessions (default: 3s)")
    private String timeToLive = "3s";

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "KIND",
            completionCandidates = KindLabels.class,
            description = {
                "what is broken: ${COMPLETION-CANDIDATES}",
                "(default: all that can be done, but what destroys data only where the driver says what happens then)"
            })
    private List<String> only = List.of();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where histories go (default: a new temporary folder)")
    private Path out;

    @Option(names = "--keep", description = "keep the histories also of runs in which all was well")
    private boolean keep;

    @Option(
            names = "--record",
            paramLabel = "DOCS",
            description = "take what was found over into DOCS/faults, and write DOCS/faults.md anew")
    private Path record;

    @Option(names = "--verbose", description = "print the plan first, and the stack of what fails")
    private boolean verbose;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** For the help. */
    static final class SiteNames extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        SiteNames() {
            super(Sites.names());
        }
    }

    /** For the help. */
    static final class KindLabels extends ArrayList<String> {
        private static final long serialVersionUID = 1;

        KindLabels() {
            super(Arrays.stream(Kind.values()).map(Kind::label).toList());
        }
    }

    private Faults() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** 0 if all promises were kept, 1 if not, 2 if the arguments make no sense, 3 if a run could not be done. */
    static int run(String... args) {
        CommandLine program = new CommandLine(new Faults());
        program.setExecutionExceptionHandler((e, commandLine, result) -> {
            report(e, commandLine.<Faults>getCommand().verbose);
            return 3;
        });
        return program.execute(args);
    }

    @Override
    public Integer call() throws Exception {
        List<Settings> runs = settings();
        boolean kept = true;
        boolean done = true;
        for (Settings run : runs) {
            try {
                kept &= run(run);
            } catch (InterruptedException | CommandLine.ParameterException e) {
                throw e;
            } catch (Exception e) {
                done = false;
                report(e, verbose);
            }
        }
        return kept ? done ? 0 : 3 : 1;
    }

    private static void report(Exception e, boolean verbose) {
        String what = e instanceof InterruptedException ? "told to end" : e.getMessage();
        System.err.println("faults/run: " + what + (e.getCause() == null ? "" : ": " + e.getCause()));
        if (verbose) {
            e.printStackTrace();
        }
    }

    private boolean run(Settings run) throws Exception {
        String command = "faults/run --driver " + run.site() + " --seconds " + seconds + " --seed " + seed
                + " --members " + members + " --ttl " + timeToLive
                + (only.isEmpty() ? "" : " --only " + String.join(",", only));
        System.out.println(command);
        System.out.println("history in " + run.folder());
        try {
            Run.of(run, new Progress(System.out));
        } catch (NothingToBreakException e) {
            Folders.delete(run.folder());
            throw usage(e.getMessage());
        }
        History history = History.read(run.folder());
        Verdict verdict = Checker.check(history);
        Verdicts.print(verdict, System.out);
        if (record != null) {
            new Records(record).add(run.site(), command, history, verdict);
        }
        if (verdict.holds() && out == null && !keep) {
            Folders.delete(run.folder());
            Folders.deleteIfEmpty(run.folder().getParent());
        }
        return verdict.holds();
    }

    private List<Settings> settings() throws Exception {
        if (members < 2 || members > Crew.most()) {
            throw usage("--members is from 2 to " + Crew.most());
        }
        Duration ttl = duration();
        Set<Kind> kinds = only.stream().map(this::kind).collect(Collectors.toSet());
        for (String site : sites) {
            if (!Sites.names().contains(site)) {
                throw usage("no driver " + site + "; there are " + String.join(", ", Sites.names()));
            }
        }
        Path root = out == null ? Files.createTempDirectory("conclave-faults") : out.toAbsolutePath();
        List<Settings> all = new ArrayList<>();
        for (String site : sites) {
            Path folder = Files.createDirectories(root.resolve(site + "-" + seed));
            try (var files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw usage("there is a history in " + folder + " already");
                }
            }
            all.add(new Settings(site, seed, Duration.ofSeconds(seconds), members, ttl, kinds, folder, verbose));
        }
        return all;
    }

    private Duration duration() {
        try {
            return Durations.parse(timeToLive);
        } catch (IllegalArgumentException e) {
            throw usage("--ttl: " + e.getMessage());
        }
    }

    private Kind kind(String label) {
        try {
            return Kind.of(label);
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage() + "; there are " + String.join(", ", new KindLabels()));
        }
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
