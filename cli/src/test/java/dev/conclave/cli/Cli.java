package dev.conclave.cli;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Runs command lines in this process, against a backend of the test's own. */
final class Cli {
    private final Map<String, String> environment = new HashMap<>(Map.of("PATH", System.getenv("PATH")));
    private final String url;

    /** Against a store in memory that nobody else has. */
    Cli() {
        this("memory:" + UUID.randomUUID());
    }

    Cli(String url) {
        this.url = url;
        environment.put("CONCLAVE_URL", url);
    }

    String url() {
        return url;
    }

    Cli with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Runs a command line to its end. */
    Run run(String... words) {
        return start(words).end();
    }

    /** Begins to run a command line on a thread of its own. */
    Run start(String... words) {
        return new Run(List.of(words), environment);
    }

    /** A run, and what it has said so far. */
    static final class Run {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final List<String> words;
        private final Thread thread;
        private final EndSignals signals;
        private final Console console;
        private volatile int exitCode = -1;

        private Run(List<String> words, Map<String, String> environment) {
            this.words = words;
            console = new Console(stream(out), stream(err), environment);
            thread = new Thread(this::go, "conclave " + String.join(" ", words));
            signals = EndSignals.ofThread(thread);
            thread.start();
        }

        private void go() {
            exitCode = Main.run(words, console, signals);
        }

        private static PrintStream stream(ByteArrayOutputStream bytes) {
            return new PrintStream(bytes, true, StandardCharsets.UTF_8);
        }

        /** As if the signal had been sent to the process. */
        Run signal(EndSignals.Kind kind) {
            signals.raise(kind);
            return this;
        }

        /** Waits for the end. */
        Run end() {
            await("the end of " + this).atMost(Duration.ofSeconds(30)).until(() -> !thread.isAlive());
            return this;
        }

        /** Waits until it has printed this many lines. */
        Run printed(int lines) {
            await(lines + " lines of " + this).atMost(Duration.ofSeconds(30)).until(() -> out().size() >= lines);
            return this;
        }

        boolean isRunning() {
            return thread.isAlive();
        }

        int exitCode() {
            return exitCode;
        }

        List<String> out() {
            return lines(out);
        }

        List<String> err() {
            return lines(err);
        }

        /** A line of the output as JSON. */
        JsonObject json(int line) {
            return JsonParser.parseString(out().get(line)).getAsJsonObject();
        }

        /** All names of the JSON object in a line, in their order. */
        List<String> names(int line) {
            return new ArrayList<>(json(line).keySet());
        }

        private static List<String> lines(ByteArrayOutputStream bytes) {
            return bytes.toString(StandardCharsets.UTF_8).lines().toList();
        }

        @Override
        public String toString() {
            return "conclave " + String.join(" ", words) + " -> " + exitCode + " out=" + out() + " err=" + err();
        }
    }
}
