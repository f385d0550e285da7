package dev.conclave.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import picocli.CommandLine.Model.OptionSpec;

/** {@code conclave demo}. */
final class DemoCommand extends Command {
    private final OptionSpec members =
            option("--members", "N", "How many processes take part, from 2 to 10. Default: 4.");
    private final OptionSpec seconds = option("--seconds", "N", "How long it shall take, from 6 to 600. Default: 15.");

    DemoCommand() {
        super(
                "demo",
                "[--members N] [--seconds N]",
                "Shows what Conclave does: processes that meet, and one that is killed.");
        details(
                "Starts several processes on this machine. They join a group, elect a leader, and count in an unguarded "
                        + "file, one at a time under a lock. Then the leader gets kill -9, another one takes over, and the "
                        + "count goes on. In the end it is checked that not one step of it was lost.",
                "Needs no server and leaves nothing behind: they meet in a temporary directory. The exit code is 0 only if "
                        + "everything was as it should be.");
        examples("conclave demo", "conclave demo --members 8 --seconds 30");
    }

    @Override
    int run(Context context) throws InterruptedException {
        exactly();
        int processes = (int) within(2, 10, members, 4);
        Duration time = Duration.ofSeconds(within(6, 600, seconds, 15));
        Path directory = temporaryDirectory();
        try (Demo demo = new Demo(context, directory, processes, time)) {
            return demo.run() ? ExitCode.OK : 1;
        } finally {
            context.signals().ignore();
            delete(directory);
        }
    }

    private static long within(long least, long most, OptionSpec option, long usual) {
        long value = wholeNumber(option).orElse(usual);
        if (value < least || value > most) {
            throw Failure.usage(option.longestName() + " must be from " + least + " to " + most + ", not " + value);
        }
        return value;
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("conclave-demo-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
