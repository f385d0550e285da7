package dev.conclave.cli;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs command lines as processes, which meet in a directory of the test's own. */
final class CliProcess {
    private final Path directory;
    private int runs;

    CliProcess(Path directory) {
        this.directory = directory;
    }

    /** The words that start the command line on this JVM's class path, against the test's store. */
    List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--url",
                "file:" + directory.resolve("store")));
        command.addAll(List.of(words));
        return command;
    }

    Run start(String... words) throws IOException {
        return start(command(words), Map.of());
    }

    Run start(List<String> command, Map<String, String> environment) throws IOException {
        Path out = directory.resolve("out" + runs);
        Path err = directory.resolve("err" + runs++);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        return new Run(builder.start(), out, err);
    }

    /** A process, and what it has said. */
    record Run(Process process, Path outFile, Path errFile) {
        Run signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .start()
                    .waitFor();
            return this;
        }

        int exitCode() throws InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("does not end: out=" + out() + " err=" + err());
            }
            return process.exitValue();
        }

        Run printed(int lines) {
            await().atMost(Duration.ofSeconds(30)).until(() -> out().size() >= lines);
            return this;
        }

        List<String> out() {
            return lines(outFile);
        }

        List<String> err() {
            return lines(errFile);
        }

        private static List<String> lines(Path file) {
            try {
                return Files.readString(file, StandardCharsets.UTF_8).lines().toList();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
