package dev.conclave.cli;

import picocli.AutoComplete;

/** {@code conclave completion}. */
final class CompletionCommand extends Command {
    CompletionCommand() {
        super("completion", "bash|zsh", "Prints a script that completes conclave's words in a shell.");
        examples("source <(conclave completion bash)", "conclave completion zsh > ~/.conclave-completion.zsh");
    }

    @Override
    int run(Context context) {
        String shell = exactly("bash or zsh").get(0);
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw Failure.usage("no completion for '" + shell + "'; the known ones are bash, zsh");
        }
        // One script serves both: in zsh it loads bashcompinit first.
        context.print(AutoComplete.bash("conclave", Parser.complete().commandLine()));
        return ExitCode.OK;
    }
}
