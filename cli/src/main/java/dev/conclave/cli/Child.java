package dev.conclave.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The command that runs while something is held. It has our stdin, stdout and stderr. */
final class Child {
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final Process process;

    private Child(Process process) {
        this.process = process;
    }

    /** Starts the command, with these variables beside our own. */
    static Child start(List<String> command, Map<String, String> variables) {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().putAll(variables);
        restoreLocale(builder.environment());
        try {
            return new Child(builder.start());
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw Program.cannotExecute(command.get(0), String.valueOf(cause.getMessage()));
        }
    }

    /** The launcher gives this VM a UTF-8 locale where the caller has none; the command shall have the caller's. */
    private static void restoreLocale(Map<String, String> environment) {
        @Nullable String callers = environment.remove("CONCLAVE_CALLERS_LC_ALL");
        if (callers == null) {
            return;
        }
        if (callers.isEmpty()) {
            environment.remove("LC_ALL");
        } else {
            environment.put("LC_ALL", callers);
        }
    }

    CompletableFuture<?> onExit() {
        return process.onExit();
    }

    /** Waits for the end, whatever interrupts: its own exit code, or 128 + n if signal n ended it. */
    int exitCode() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Passes a signal on that somebody sent to conclave. */
    void forward(EndSignals.Kind kind) {
        if (kind == EndSignals.Kind.INT && Foreground.ownsTerminal()) {
            // Ctrl-C went to the whole foreground group. Many programs take a second one for "at once, without cleaning
            // up".
            return;
        }
        if (kind == EndSignals.Kind.TERM) {
            process.toHandle().destroy();
            return;
        }
        try {
            // Java sends no other signal than TERM and KILL. Every POSIX shell has kill built in; not every image has
            // /bin/kill.
            new ProcessBuilder("sh", "-c", "kill -s " + kind + " " + process.pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            process.toHandle().destroy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends the command and all that descends from it: what it guarded is somebody else's now, and a script's grandchild
     * would do the same harm as the script. SIGTERM first, SIGKILL for what is still there after {@code killAfter}.
     */
    void stop(Duration killAfter) {
        List<ProcessHandle> tree = tree();
        tree.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + killAfter.toNanos();
        while (tree.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() - deadline < 0) {
            pause();
        }
        List<ProcessHandle> left = new ArrayList<>(tree);
        // What was started in the meantime, as long as its parent is still there to know it by.
        tree.stream().flatMap(ProcessHandle::descendants).forEach(left::add);
        left.forEach(ProcessHandle::destroyForcibly);
        exitCode();
    }

    private List<ProcessHandle> tree() {
        List<ProcessHandle> tree = new ArrayList<>();
        tree.add(process.toHandle());
        process.descendants().forEach(tree::add);
        return tree;
    }

    private static void pause() {
        boolean interrupted = Thread.interrupted();
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
