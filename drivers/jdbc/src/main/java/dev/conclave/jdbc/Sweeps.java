package dev.conclave.jdbc;

import dev.conclave.spi.TimeSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Looks for sessions whose connection is gone, which nobody tells of. */
final class Sweeps {
    /** How long the owner of a session whose connection is gone has to stop believing, once it is told. */
    private static final Duration PAUSE_BEFORE_CLEARING = Duration.ofMillis(250);

    private static final Duration BETWEEN_SWEEPS = Duration.ofMillis(200);
    /** With the pause, one look before and one after it: well within the second that is published. */
    private static final Duration BETWEEN_LOOKS_FOR_DEATHS = Duration.ofMillis(300);

    private static final int MORE_TO_CLEAR = 2;
    /** Before others have their turn, however many have died: the session's own renewals among them. */
    private static final int MOST_AT_ONCE = 20;

    private final TimeSource time;
    private final Exchange exchange;
    private final AtomicBoolean lookingForDeaths = new AtomicBoolean();
    /** Of the thread on duty. */
    private long last;

    Sweeps(TimeSource time, Exchange exchange) {
        this.time = time;
        this.exchange = exchange;
        this.last = time.nanoTime() - BETWEEN_SWEEPS.toNanos();
    }

    /** Looks for the dead, who may be in the way of those who wait; not in every step, as it costs a round trip. */
    void ifDue(Statements statements) throws SQLException {
        if (isDue()) {
            sweep(statements);
        }
    }

    /** Whether a look is due; whoever is told so sees to it. For the thread on duty. */
    boolean isDue() {
        long now = time.nanoTime();
        boolean due = now - last >= BETWEEN_SWEEPS.toNanos();
        if (due) {
            last = now;
        }
        return due;
    }

    private void sweep(Statements statements) throws SQLException {
        int found = MORE_TO_CLEAR;
        for (int i = 0; i < MOST_AT_ONCE && found == MORE_TO_CLEAR; i++) {
            found = statements.call("sweep", row -> row.getInt(1), PAUSE_BEFORE_CLEARING.toMillis());
        }
        if (found == MORE_TO_CLEAR) {
            later();
        } else if (found > 0) {
            time.schedule(PAUSE_BEFORE_CLEARING.plusMillis(10), this::later);
        }
    }

    /** Asks for a look in its turn. */
    void later() {
        if (!exchange.isClosed()) {
            exchange.ask("clearing away who died", false, statements -> {
                        sweep(statements);
                        return true;
                    })
                    .exceptionally(failure -> false); // the next look sweeps again
        }
    }

    /**
     * Looks for the dead now and then, as long as somebody wants to know of them: one look for all that is watched and all that wait,
     * however much that is. They are signalled of what a dead session takes with it, or leaves to them.
     */
    void lookForDeaths(BooleanSupplier wanted) {
        if (lookingForDeaths.compareAndSet(false, true)) {
            time.schedule(BETWEEN_LOOKS_FOR_DEATHS, () -> lookForDeathsNow(wanted));
        }
    }

    private void lookForDeathsNow(BooleanSupplier wanted) {
        if (exchange.isClosed()) {
            return;
        }
        boolean again = wanted.getAsBoolean();
        // Without a connection it is not for this to make one: steps and renewals do, at their own pace.
        CompletableFuture<?> looked = again && exchange.link().isConnected()
                ? exchange.ask("looking for the dead", true, statements -> true)
                : CompletableFuture.completedFuture(true);
        looked.whenComplete((done, failure) -> {
                    lookingForDeaths.set(false);
                    if (again || wanted.getAsBoolean()) {
                        lookForDeaths(wanted);
                    }
                })
                .exceptionally(failure -> null); // the next look comes all the same
    }
}
