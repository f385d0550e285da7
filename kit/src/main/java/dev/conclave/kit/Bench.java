package dev.conclave.kit;

import dev.conclave.kit.results.DriverResults;
import dev.conclave.kit.results.ScenarioResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the scenarios of one run on one driver share: a backend, and the results. */
final class Bench implements AutoCloseable {
    private final Backend backend;
    private final Optional<Path> resultsFolder;
    private final Queue<ScenarioResult> results = new ConcurrentLinkedQueue<>();

    /** @param resultsFolder where the results go, if they are to be kept */
    Bench(Backend backend, Optional<Path> resultsFolder) {
        this.backend = backend;
        this.resultsFolder = resultsFolder;
    }

    Backend backend() {
        return backend;
    }

    void record(ScenarioResult result) {
        results.add(result);
    }

    /** Writes the results and stops the backend. */
    @Override
    public void close() throws IOException {
        if (resultsFolder.isPresent()) {
            new DriverResults(backend.driver(), results.stream().toList()).writeTo(resultsFolder.get());
        }
        backend.close();
    }
}
