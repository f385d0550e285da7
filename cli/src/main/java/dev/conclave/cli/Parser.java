package dev.conclave.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the words of a command line. */
final class Parser {
    private final CommandLine commandLine;
    private final GlobalOptions globals;
    private final Map<CommandSpec, Command> commands = new LinkedHashMap<>();

    /** Knows these commands only. */
    private Parser(List<String> names) {
        CommandSpec root = CommandSpec.create().name("conclave");
        root.usageMessage()
                .description("Locks, leader election and groups, over the backend that you already run.")
                .customSynopsis("conclave [OPTIONS] COMMAND ...")
                .optionListHeading("%nOptions, before the command or among its own:%n")
                .sortOptions(false)
                .commandListHeading("%nCommands:%n")
                .footerHeading("%nExit codes:%n")
                .footer(
                        "  the command's own, where one was run; 126 and 127 if it could not be",
                        "  64 usage, 65 conflict with what is there, 69 backend unreachable, 70 an error",
                        "  of our own, 75 busy, 78 unsupported deployment, 121 lost while the command ran",
                        "",
                        "Example:",
                        "  conclave lock nightly-report --wait 5m -- ./report.sh");
        globals = GlobalOptions.addedTo(root, false);
        commandLine = new CommandLine(root);
        for (String name : names) {
            Command command = CommandTable.create(name);
            commands.put(command.spec(), command);
            commandLine.addSubcommand(name, command.spec());
        }
        // To picocli, @name is a file to read words from; to us it is a name like any other.
        commandLine.setExpandAtFiles(false);
    }

    /** With every command. */
    static Parser complete() {
        return new Parser(CommandTable.NAMES);
    }

    /** With the commands whose names are among the words, which is one as a rule; making all takes 20 ms. */
    static Parser of(List<String> words) {
        List<String> named = new ArrayList<>(CommandTable.NAMES);
        named.add(CommandTable.DEMO_MEMBER);
        named.retainAll(words);
        return named.isEmpty() ? complete() : new Parser(named);
    }

    CommandLine commandLine() {
        return commandLine;
    }

    /** A line that was understood: what to do, or a text to print. */
    record Line(Command command, Settings settings) {}

    /** The text that --help or --version asked for instead of a command. */
    static final class TextAsked extends Exception {
        private static final long serialVersionUID = 1;

        TextAsked(String text) {
            super(text, null, false, false);
        }
    }

    Line parse(List<String> words, Console console) throws TextAsked {
        ParseResult root = matched(words);
        if (!root.hasSubcommand()) {
            throw Failure.usage("no command given; the known ones are " + String.join(", ", CommandTable.NAMES)
                    + "; see conclave --help");
        }
        Command command = Objects.requireNonNull(commands.get(root.subcommand().commandSpec()));
        int dashes = words.indexOf("--");
        command.accept(
                root.subcommand().hasMatchedPositional(0)
                        ? root.subcommand().matchedPositionalValue(0, List.of())
                        : List.of(),
                dashes < 0 ? 0 : words.size() - dashes - 1);
        return new Line(command, command.globals().settings(globals, console));
    }

    private ParseResult matched(List<String> words) throws TextAsked {
        try {
            ParseResult root = commandLine.parseArgs(words.toArray(String[]::new));
            for (ParseResult part = root; part != null; part = part.subcommand()) {
                if (part.isUsageHelpRequested()) {
                    throw new TextAsked(part == root ? complete().usage() : usage(part.commandSpec()));
                }
                if (part.isVersionHelpRequested()) {
                    throw new TextAsked("conclave " + Version.text() + "\n");
                }
            }
            return root;
        } catch (UnmatchedArgumentException e) {
            throw unmatched(e);
        } catch (ParameterException e) {
            throw Failure.usage(sentence(String.valueOf(e.getMessage())));
        }
    }

    private String usage() {
        return usage(commandLine.getCommandSpec());
    }

    private static String usage(CommandSpec spec) {
        return spec.commandLine().getUsageMessage(Ansi.OFF);
    }

    private static Failure unmatched(UnmatchedArgumentException e) {
        CommandSpec at = e.getCommandLine().getCommandSpec();
        String word = e.getUnmatched().get(0);
        boolean isRoot = at.parent() == null;
        if (word.startsWith("-")) {
            return Failure.usage("unknown option '" + word + "'" + (isRoot ? "" : " of " + at.name())
                    + "; the known ones are "
                    + String.join(
                            ", ",
                            at.options().stream().map(OptionSpec::longestName).toList()));
        }
        return Failure.usage(
                "unknown command '" + word + "'; the known ones are " + String.join(", ", CommandTable.NAMES));
    }

    /** picocli's message, as ours begin. */
    private static String sentence(String message) {
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }
}
