package dev.conclave.kit;

import dev.conclave.kit.line.Providers;
import dev.conclave.kit.results.Documentation;
import dev.conclave.kit.results.DriverResults;
import dev.conclave.kit.results.Outcome;
import dev.conclave.kit.results.ScenarioResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What the scenarios of one run on one driver share: a backend, and the results. */
final class Bench implements AutoCloseable {
    private final Backend backend;
    private final Optional<Path> resultsFolder;
    private final Optional<Path> docs;
    private final boolean records;
    private final Queue<ScenarioResult> results = new ConcurrentLinkedQueue<>();

    Bench(DriverKit kit, ExtensionContext context) {
        this.backend = kit.backend();
        this.resultsFolder = kit.resultsFolder();
        this.docs = context.getConfigurationParameter("conclave.kit.docs").map(Path::of);
        this.records = context.getConfigurationParameter("conclave.kit.record")
                .map(Boolean::parseBoolean)
                .orElse(false);
    }

    Backend backend() {
        return backend;
    }

    void record(ScenarioResult result) {
        results.add(result);
    }

    /** Stops the backend, keeps the results, and sees to it that what is published of them is true. */
    @Override
    public void close() throws IOException {
        // Of the kind of backend: what one deployment of it cannot promise, others can.
        DriverResults all = new DriverResults(Providers.forUrl(backend.url()).info(), List.copyOf(results));
        backend.close();
        if (resultsFolder.isPresent()) {
            Path file = all.writeTo(resultsFolder.get());
            if (docs.isPresent() && results.stream().noneMatch(result -> result.outcome() == Outcome.FAILED)) {
                publish(new Documentation(docs.get()), file);
            }
        }
    }

    private void publish(Documentation documentation, Path file) throws IOException {
        if (records) {
            documentation.record(file);
            documentation.render();
            return;
        }
        List<String> stale = documentation.stale(List.of(file));
        if (!stale.isEmpty()) {
            throw new AssertionError(
                    "what is recorded in " + docs.orElseThrow() + " is not what was found; run again with"
                            + " -Dconclave.kit.record=true, and look at the difference:\n" + String.join("\n", stale));
        }
    }
}
