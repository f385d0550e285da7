package dev.conclave.faults;

import dev.conclave.faults.checker.Checker;
import dev.conclave.faults.checker.Result;
import dev.conclave.faults.checker.Verdict;
import dev.conclave.faults.history.History;
import dev.conclave.faults.nemesis.Kind;
import dev.conclave.faults.nemesis.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Runs of some seconds, as tests do them. */
final class ShortRuns {
    static final Duration TIME_TO_LIVE = Duration.ofSeconds(1);

    private ShortRuns() {}

    static Settings settings(Path folder, String site, long seed, int seconds, Set<Kind> only) throws IOException {
        Path histories = Files.createDirectories(folder.resolve("histories"));
        return new Settings(site, seed, Duration.ofSeconds(seconds), 3, TIME_TO_LIVE, only, histories, false);
    }

    static Verdict run(Settings settings) throws Exception {
        Run.of(settings, new Progress(System.out));
        return judged(settings);
    }

    static Verdict run(Settings settings, Function<Plan.Shape, Plan> planning) throws Exception {
        Run.of(settings, new Progress(System.out), planning);
        return judged(settings);
    }

    private static Verdict judged(Settings settings) throws IOException {
        Verdict verdict = Checker.check(History.read(settings.folder()));
        Verdicts.print(verdict, System.out);
        return verdict;
    }

    static List<Integer> violated(Verdict verdict) {
        return verdict.violated().stream().map(Result::number).toList();
    }
}
