package dev.conclave.faults.member;

import dev.conclave.Candidacy;
import dev.conclave.Coordinator;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;

/** A candidate for the whole run, who steps while it leads and sometimes steps down; and a watcher of the election. */
final class ElectionLoad implements Runnable, LeaderListener {
    private final Coordinator coordinator;
    private final Claims claims;
    private final Chance chance;
    private final long timeToLive;
    private final String election;
    private final BooleanSupplier goesOn;
    private final BlockingQueue<Claims.Held> terms = new LinkedBlockingQueue<>();
    private volatile Claims.Held leading;

    ElectionLoad(
            Coordinator coordinator,
            Claims claims,
            Chance chance,
            long timeToLive,
            String election,
            BooleanSupplier goesOn) {
        this.coordinator = coordinator;
        this.claims = claims;
        this.chance = chance;
        this.timeToLive = timeToLive;
        this.election = election;
        this.goesOn = goesOn;
    }

    /** {@code granted} and {@code revoked} alternate, so there is at most one term. */
    @Override
    public void granted(Leadership leadership) {
        leading = claims.led(election, leadership);
        terms.add(leading);
    }

    @Override
    public void revoked(Leadership leadership, Loss loss) {
        leading.lost(loss.reason().name());
    }

    @Override
    public void run() {
        coordinator.election(election).watch(event -> claims.history.write(Watching.elected(election, event)));
        Candidacy candidacy = coordinator.election(election).run(this);
        while (true) {
            try {
                lead(candidacy, terms.take());
            } catch (InterruptedException | RuntimeException e) {
                Failures.note(claims, "leading " + election, e);
            }
        }
    }

    private void lead(Candidacy candidacy, Claims.Held term) throws InterruptedException {
        while (term.step(chance)) {
            if (goesOn.getAsBoolean() && chance.percent(5)) {
                term.release(() -> stepDown(candidacy));
                return;
            }
            chance.rest(20, 250);
        }
    }

    private String stepDown(Candidacy candidacy) throws InterruptedException {
        try {
            Duration coolDown = Duration.ofMillis(chance.percent(50) ? 0 : timeToLive / 2);
            // Without a limit: that it never ends is for the checker to find.
            return candidacy.resign(coolDown).get().name();
        } catch (ExecutionException e) {
            throw new IllegalStateException("stepping down failed", e);
        }
    }
}
