package dev.conclave.cli;

import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options that stand before the command, or just as well among its own. */
final class GlobalOptions {
    private final OptionSpec url;
    private final OptionSpec member;
    private final OptionSpec ttl;
    private final OptionSpec namespace;
    private final OptionSpec format;
    private final OptionSpec verbose;

    private GlobalOptions(CommandSpec spec, boolean hidden) {
        url = add(
                spec,
                hidden,
                Options.text(
                        "--url",
                        "URL",
                        "The backend; see conclave drivers. Default: $CONCLAVE_URL, "
                                + "else files in this user's state directory."));
        member = add(spec, hidden, Options.text("--member", "ID", "Who we are. Default: a new id, host-pid-xxxx."));
        ttl = add(
                spec,
                hidden,
                Options.text(
                        "--ttl",
                        "TIME",
                        "How long our session outlives us if we are cut off, "
                                + "such as 500ms, 10s, 2m. Default: 10s."));
        namespace = add(
                spec,
                hidden,
                Options.text(
                        "--namespace", "NS", "Keeps applications apart that share a backend. " + "Default: conclave."));
        format = add(spec, hidden, Options.text("--format", "text|json", "How results are printed. Default: text."));
        verbose = add(spec, hidden, Options.flag("--verbose", "Tell more on stderr; add the stack trace to an error."));
        // picocli looks for these two itself: they hold even if the rest of the line is wrong.
        add(
                spec,
                hidden,
                OptionSpec.builder("--help", "-h")
                        .type(boolean.class)
                        .arity("0")
                        .usageHelp(true)
                        .description("Show help, of a command too, and end."));
        add(
                spec,
                hidden,
                OptionSpec.builder("--version", "-V")
                        .type(boolean.class)
                        .arity("0")
                        .versionHelp(true)
                        .description("Show the version and end."));
    }

    static GlobalOptions addedTo(CommandSpec spec, boolean hidden) {
        return new GlobalOptions(spec, hidden);
    }

    private static OptionSpec add(CommandSpec spec, boolean hidden, OptionSpec.Builder option) {
        OptionSpec built = option.hidden(hidden).build();
        spec.addOption(built);
        return built;
    }

    /** What these options say; where they say nothing, what {@code outer} says. */
    Settings settings(GlobalOptions outer, Console console) {
        Optional<String> givenUrl = first(url, outer.url).or(() -> console.variable("CONCLAVE_URL"));
        String target = givenUrl.orElseGet(() -> StateDirectory.of(console).url());
        target = withOption(target, "ttl", first(ttl, outer.ttl));
        target = withOption(target, "namespace", first(namespace, outer.namespace));
        Optional<String> givenMember = first(member, outer.member);
        return new Settings(
                target,
                givenUrl.isPresent(),
                givenMember,
                givenMember.orElseGet(MemberName::madeUp),
                isJson(first(format, outer.format).orElse("text")),
                Command.isSet(verbose) || Command.isSet(outer.verbose));
    }

    private static Optional<String> first(OptionSpec inner, OptionSpec outer) {
        return Command.text(inner).or(() -> Command.text(outer));
    }

    private static boolean isJson(String format) {
        return switch (format) {
            case "json" -> true;
            case "text" -> false;
            default -> throw Failure.usage("unknown format '" + format + "'; the known ones are text, json");
        };
    }

    /** In a URL that says otherwise, an option on the command line wins: it was typed for this one run. */
    private static String withOption(String url, String name, Optional<String> value) {
        return value.isEmpty() ? url : UrlOptions.with(url, name, value.get());
    }
}
