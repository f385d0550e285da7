package dev.conclave.kit;

import dev.conclave.kit.results.DriverResults;
import dev.conclave.kit.results.ScenarioResult;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the scenarios of one run on one driver share: a backend, and the results. */
final class Bench implements AutoCloseable {
    private static final Path RESULTS = Path.of(System.getProperty("conclave.kit.results", "target/conformance"));

    private final Backend backend;
    private final Queue<ScenarioResult> results = new ConcurrentLinkedQueue<>();

    Bench(Backend backend) {
        this.backend = backend;
    }

    Backend backend() {
        return backend;
    }

    void record(ScenarioResult result) {
        results.add(result);
    }

    /** Writes the results, unless the run was a partial one, and stops the backend. */
    @Override
    public void close() throws Exception {
        if (!Selection.isPartial()) {
            new DriverResults(backend.driver(), results.stream().toList()).writeTo(RESULTS);
        }
        backend.close();
    }
}
