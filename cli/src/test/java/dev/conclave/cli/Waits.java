package dev.conclave.cli;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waiting for what is about to happen. */
final class Waits {
    private Waits() {}

    static void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(condition);
    }

    static void untilExists(Path file) {
        until(() -> Files.exists(file));
    }
}
