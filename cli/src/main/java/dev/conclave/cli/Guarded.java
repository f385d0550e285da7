package dev.conclave.cli;

import dev.conclave.Loss;
import dev.conclave.LossReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A command that runs as long as something is held, and is stopped when that is lost. */
final class Guarded {
    private final Context context;
    private final List<String> command;
    private final Duration killAfter;

    Guarded(Context context, List<String> command, Duration killAfter) {
        this.context = context;
        this.command = command;
        this.killAfter = killAfter;
    }

    /**
     * How it went.
     *
     * @param exitCode the command's own
     * @param loss why it was stopped, if it was
     */
    record Outcome(int exitCode, Optional<Loss> loss) {}

    /**
     * Runs the command to its end.
     *
     * @param what is held, for the message
     * @param variables for the command's environment, beside CONCLAVE_MEMBER
     * @param lost completes when it is not held any more
     * @throws InterruptedException if a signal came before the command was started
     */
    Outcome run(String what, Map<String, String> variables, CompletableFuture<Loss> lost) throws InterruptedException {
        EndSignals signals = context.signals();
        if (signals.received().isPresent()) {
            throw new InterruptedException();
        }
        Map<String, String> environment = new HashMap<>(variables);
        environment.put("CONCLAVE_MEMBER", context.settings().member());
        Child child = Child.start(command, environment);
        signals.deliverTo(child::forward);
        try {
            CompletableFuture.anyOf(lost, child.onExit()).join();
            Optional<Loss> loss = lossIn(lost);
            if (loss.isPresent()) {
                String told = what + " was lost: " + loss.get().explanation() + "; stopping " + command.get(0);
                // Beside it: whoever should read our stderr may have stopped reading, and the command must not run on
                // for that.
                CompletableFuture<Void> telling = CompletableFuture.runAsync(() -> context.tell(told));
                child.stop(killAfter);
                telling.join();
            }
            return new Outcome(child.exitCode(), loss);
        } finally {
            signals.interruptWaits();
        }
    }

    private static Optional<Loss> lossIn(CompletableFuture<Loss> lost) {
        return Optional.ofNullable(lost.getNow(null)).filter(loss -> loss.reason() != LossReason.RELEASED);
    }
}
