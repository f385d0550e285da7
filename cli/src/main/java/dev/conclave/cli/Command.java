package dev.conclave.cli;

import dev.conclave.Durations;
import dev.conclave.MisconfiguredException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * A command: the words that it takes, and what it does. Options are declared by hand and not with picocli's annotations:
 * reading annotations takes 35 ms of every start.
 */
abstract class Command {
    private final CommandSpec spec;
    private final GlobalOptions globals;
    private List<String> words = List.of();

    /**
     * Names the command.
     *
     * @param name what the user types
     * @param arguments the words that it takes, as the synopsis shows them
     * @param summary one sentence
     */
    Command(String name, String arguments, String summary) {
        spec = CommandSpec.create().name(name);
        spec.usageMessage()
                .description(summary)
                .customSynopsis(("conclave " + name + " [OPTIONS] " + arguments).stripTrailing())
                .optionListHeading("%nOptions:%n")
                .sortOptions(false)
                .footerHeading("%nExamples:%n");
        globals = GlobalOptions.addedTo(spec, true);
        // One list takes all words: the command counts them itself, and says in its own words what is missing.
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("WORD")
                .hidden(true)
                .index("0..*")
                .arity("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .build());
    }

    final CommandSpec spec() {
        return spec;
    }

    final GlobalOptions globals() {
        return globals;
    }

    final String name() {
        return spec.name();
    }

    /** Does the work and returns the exit code. */
    abstract int run(Context context) throws InterruptedException;

    // What a subclass declares

    final OptionSpec flag(String name, String meaning) {
        return added(Options.flag(name, meaning));
    }

    final OptionSpec option(String name, String label, String meaning) {
        return added(Options.text(name, label, meaning));
    }

    final OptionSpec added(OptionSpec.Builder builder) {
        OptionSpec option = builder.build();
        spec.addOption(option);
        return option;
    }

    /** Paragraphs after the summary. */
    final void details(String... paragraphs) {
        String[] all = new String[1 + 2 * paragraphs.length];
        all[0] = spec.usageMessage().description()[0];
        for (int i = 0; i < paragraphs.length; i++) {
            all[1 + 2 * i] = "";
            all[2 + 2 * i] = paragraphs[i];
        }
        spec.usageMessage().description(all);
    }

    final void examples(String... lines) {
        String[] footer = new String[lines.length + 2];
        for (int i = 0; i < lines.length; i++) {
            footer[i] = "  " + lines[i];
        }
        footer[lines.length] = "";
        footer[lines.length + 1] = "The options that every command has: conclave --help";
        spec.usageMessage().footer(footer);
    }

    // What a subclass asks once the words have been read

    /**
     * Takes what the parser found.
     *
     * @param found all words that are no options
     * @param afterDashes how many words came after {@code --}
     */
    void accept(List<String> found, int afterDashes) {
        words = found;
    }

    /** The words, which must be as many as their labels. */
    final List<String> exactly(String... labels) {
        if (words.size() < labels.length) {
            throw Failure.usage(name() + " needs " + labels[words.size()] + "; " + hint());
        }
        if (words.size() > labels.length) {
            throw Failure.usage("unexpected word '" + words.get(labels.length) + "' after " + name() + "; " + hint());
        }
        return words;
    }

    /** All words, however many. */
    final List<String> words() {
        return words;
    }

    final String hint() {
        return "see conclave " + name() + " --help";
    }

    static boolean isSet(OptionSpec flag) {
        return Boolean.TRUE.equals(flag.<@Nullable Boolean>getValue());
    }

    static Optional<String> text(OptionSpec option) {
        return Optional.ofNullable(option.<@Nullable String>getValue());
    }

    static Optional<Duration> duration(OptionSpec option) {
        return text(option).map(value -> {
            try {
                return Durations.parse(value);
            } catch (MisconfiguredException e) {
                throw Failure.usage(option.longestName() + ": " + e.getMessage());
            }
        });
    }

    static Optional<Long> wholeNumber(OptionSpec option) {
        return text(option).map(value -> {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw Failure.usage(option.longestName() + ": '" + value + "' is no whole number");
            }
        });
    }
}
