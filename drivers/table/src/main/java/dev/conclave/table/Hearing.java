package dev.conclave.table;

import dev.conclave.spi.support.Reading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for hints: the store's thread, or one that was {@linkplain dev.conclave.spi.Driver#lend lent}. A caller that is next hears
 * of it by itself, and need not be woken by a thread that was woken first.
 *
 * <p>That is for a process in which one caller at a time waits. Where others do, or watch something, the store's thread hears for all, since a
 * lent one leaves with what it came for.
 */
final class Hearing {
    /** How long a thread is kept; then what it waits for takes so long that a change of threads does not matter. */
    private static final long LENT_NANOS = 2_000_000;

    private final Carrier carrier;
    private final Carrier.Hints hints;
    private final BooleanSupplier awaited;
    private final Reading role = new Reading();
    /** What the lent thread that waits for hints came for. */
    private volatile @Nullable BooleanSupplier lentUntil;

    /**
     * @param hints who is told
     * @param awaited whether anybody in this process waits for a hint
     */
    Hearing(Carrier carrier, Carrier.Hints hints, BooleanSupplier awaited) {
        this.carrier = carrier;
        this.hints = hints;
        this.awaited = awaited;
    }

    /** The store's thread begins; from its end on nobody waits for hints any more. */
    void begin() {
        role.begin();
    }

    /** On the store's thread: until there was something to hear, {@link #call} is called, or for no reason. */
    void await() throws IOException {
        if (role.wasRecalled()) {
            return; // it may have been for something that has come since the caller looked
        }
        if (!role.isWanted() || awaited.getAsBoolean()) {
            carrier.await(hints);
            return;
        }
        Throwable failure = role.stepBack();
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    /** Calls the store's thread. On any thread. */
    void call() {
        role.recall();
        carrier.wakeUp();
    }

    /** See {@link dev.conclave.spi.Driver#lend}. */
    void lend(BooleanSupplier done) {
        if (!carrier.waitsBriefly() || role.isMine()) {
            return; // what the store's own thread tells may lead back here, by an executor that runs callbacks on the
            // spot
        }
        long begun = System.nanoTime();
        boolean entered = false;
        while (!done.getAsBoolean()
                && System.nanoTime() - begun < LENT_NANOS
                && !Thread.currentThread().isInterrupted()
                && role.enter()) {
            entered = true;
            Heard heard = hear(done);
            heard.passOn(hints);
            if (heard.deathSuspected) {
                call(); // and not only recalled: it may have come back before it could see what for
            }
        }
        if (entered && awaited.getAsBoolean()) {
            role.recall();
        }
    }

    private Heard hear(BooleanSupplier done) {
        Heard heard = new Heard();
        Throwable failure = null;
        try {
            lentUntil = done;
            if (!done.getAsBoolean()) { // who has completed it before has called nobody
                carrier.awaitBriefly(heard);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e; // a matter of the store's thread
        } finally {
            lentUntil = null;
            if (failure != null) {
                role.recall(); // or this thread would come in again, and fail again
            }
            role.leave(failure, () -> false);
        }
        return heard;
    }

    /** Steps were told: lets a lent thread go that waited for one of them. On any thread. */
    void told() {
        BooleanSupplier done = lentUntil;
        if (done != null && done.getAsBoolean()) {
            carrier.wakeUp();
        }
    }

    private static final class Heard implements Carrier.Hints {
        private final List<Long> subjects = new ArrayList<>();
        private boolean missed;
        private boolean deathSuspected;

        @Override
        public void heard(long subject) {
            subjects.add(subject);
        }

        @Override
        public void missed() {
            missed = true;
        }

        @Override
        public void deathSuspected() {
            deathSuspected = true;
        }

        void passOn(Carrier.Hints hints) {
            if (deathSuspected) {
                hints.deathSuspected();
            }
            if (missed) {
                hints.missed();
            }
            subjects.forEach(hints::heard);
        }
    }
}
