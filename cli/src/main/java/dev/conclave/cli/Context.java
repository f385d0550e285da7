package dev.conclave.cli;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import org.jspecify.annotations.Nullable;

/** What a command works with: the settings, the console, the signals, and one coordinator that is opened when asked for. */
final class Context implements AutoCloseable {
    private final Console console;
    private final Settings settings;
    private final EndSignals signals;
    private @Nullable Coordinator coordinator;

    Context(Console console, Settings settings, EndSignals signals) {
        this.console = console;
        this.settings = settings;
        this.signals = signals;
    }

    Console console() {
        return console;
    }

    Settings settings() {
        return settings;
    }

    EndSignals signals() {
        return signals;
    }

    Coordinator coordinator() throws InterruptedException {
        if (coordinator == null) {
            if (!settings.isUrlGiven()) {
                StateDirectory.of(console).create();
            }
            coordinator = Conclave.connect(settings.url(), settings.member());
        }
        return coordinator;
    }

    /** A line of results, at the reader's at once. Any thread may call it. */
    void print(Object line) {
        console.out().println(line);
        console.out().flush();
        if (console.out().checkError()) {
            throw new OutputClosedException();
        }
    }

    /** A line of results in the form that was asked for. */
    void print(String text, JsonLine json) {
        print(settings.json() ? json : text);
    }

    /** A line for the person who called, not for a script. */
    void tell(String message) {
        console.err().println("conclave: " + Text.shown(message));
        console.err().flush();
    }

    /** With --verbose, a line for the person who called. */
    void tellMore(String message) {
        if (settings.verbose()) {
            tell(message);
        }
    }

    @Override
    public void close() {
        if (coordinator != null) {
            coordinator.close();
        }
    }
}
