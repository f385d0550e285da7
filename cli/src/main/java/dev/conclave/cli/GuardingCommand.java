package dev.conclave.cli;

import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/** A command that runs a command: {@code conclave lock NAME -- CMD ARG...}. */
abstract class GuardingCommand extends Command {
    private final OptionSpec killAfter = added(Options.text(
                    "--kill-after", "TIME", "When CMD must stop, how long after SIGTERM it gets SIGKILL. Default: 5s.")
            // Below the options that are the command's own.
            .order(1));

    private List<String> program = List.of();

    GuardingCommand(String name, String arguments, String summary) {
        super(name, arguments, summary);
    }

    @Override
    final void accept(List<String> found, int afterDashes) {
        super.accept(found.subList(0, Math.min(1, found.size())), afterDashes);
        program = found.subList(Math.min(1, found.size()), found.size());
        if (afterDashes < program.size()) {
            // Without the dashes nobody could tell whose option an option is.
            throw Failure.usage("write -- before the command: conclave " + name() + " " + found.get(0) + " -- "
                    + String.join(" ", program));
        }
    }

    /** CMD and its arguments; empty if there is none. */
    final List<String> program() {
        return program;
    }

    final List<String> requiredProgram() {
        if (program.isEmpty()) {
            throw Failure.usage(name() + " needs a command to run, after --; " + hint());
        }
        return program;
    }

    final Guarded guarded(Context context) {
        if (!program.isEmpty()) {
            Program.requireExecutable(
                    program, context.console().variable("PATH").orElse("/usr/bin:/bin"));
        }
        return new Guarded(context, program, duration(killAfter).orElse(Duration.ofSeconds(5)));
    }
}
