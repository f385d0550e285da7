package dev.conclave.cli;

import dev.conclave.ConclaveException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the {@code conclave} command begins. */
public final class Main {
    private Main() {}

    /** Runs a command line and exits with its code. */
    public static void main(String[] words) {
        System.exit(run(Arrays.asList(words), Console.ofProcess(), EndSignals.ofProcess(Thread.currentThread())));
    }

    /** Runs a command line and returns the exit code. Nothing is thrown. */
    static int run(List<String> words, Console console, EndSignals signals) {
        int dashes = words.indexOf("--");
        boolean verbose = words.subList(0, dashes < 0 ? words.size() : dashes).contains("--verbose");
        StderrLogging.choose(verbose);
        try {
            return execute(words, console, signals);
        } catch (Parser.TextAsked text) {
            console.out().print(text.getMessage());
            console.out().flush();
            return ExitCode.OK;
        } catch (Failure e) {
            return failed(console, e.getMessage(), e.getCause(), verbose, e.exitCode());
        } catch (ConclaveException e) {
            return failed(console, e.getMessage(), e, verbose, ExitCode.of(e));
        } catch (OutputClosedException e) {
            return ExitCode.OUTPUT_CLOSED;
        } catch (InterruptedException e) {
            return signals.received().map(EndSignals.Kind::exitCode).orElse(ExitCode.INTERNAL);
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
            // A mistake of ours, or of a driver. It must not look like an answer, nor hide behind a page of stack.
            String more = verbose ? "" : "; --verbose adds where";
            return failed(console, "internal error: " + e + more, e, verbose, ExitCode.INTERNAL);
        }
    }

    private static int execute(List<String> words, Console console, EndSignals signals)
            throws InterruptedException, Parser.TextAsked {
        Locales.requireReadable(words, console);
        Parser.Line line = line(words, console);
        try (Context context = new Context(console, line.settings(), signals)) {
            try {
                return line.command().run(context);
            } finally {
                signals.ignore();
            }
        }
    }

    private static Parser.Line line(List<String> words, Console console) throws Parser.TextAsked {
        try {
            return Parser.of(words).parse(words, console);
        } catch (Failure e) {
            // A word may have been a command's name and meant something else: the last say has the parser that knows
            // all.
            return Parser.complete().parse(words, console);
        }
    }

    private static int failed(
            Console console, @Nullable String message, @Nullable Throwable failure, boolean verbose, int exitCode) {
        console.err().println("conclave: " + Text.shown(message == null ? String.valueOf(failure) : message));
        if (verbose && failure != null) {
            failure.printStackTrace(console.err());
        }
        console.err().flush();
        return exitCode;
    }
}
