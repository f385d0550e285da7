package dev.conclave.cli;

import picocli.CommandLine.Model.OptionSpec;

/** The two kinds of options that there are. */
final class Options {
    private Options() {}

    static OptionSpec.Builder flag(String name, String meaning) {
        return OptionSpec.builder(name).type(boolean.class).arity("0").description(meaning);
    }

    static OptionSpec.Builder text(String name, String label, String meaning) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(meaning);
    }
}
