package dev.conclave.faults;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.DriverInfo;
import dev.conclave.Grant;
import dev.conclave.Membership;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.HistoryWriter;
import dev.conclave.faults.member.LoadMain;
import dev.conclave.faults.member.Watching;
import java.time.Duration;
import java.util.stream.Stream;

/** Somebody in the runner's JVM, on whom no fault of members falls: sees the group and the election, and claims nothing. */
final class Observer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 10;

    private final Coordinator coordinator;

    private Observer(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /** Does once what members do, undisturbed: then the backend has what stays on it once somebody has used it, and no more. */
    static void rehearse(String url) throws InterruptedException {
        try (Coordinator coordinator = Conclave.connect(url, "rehearsal")) {
            for (String lock : Stream.concat(LoadMain.LOCKS.stream(), Stream.of(LoadMain.SHARED_LOCK))
                    .toList()) {
                coordinator.lock(lock).acquire(PATIENCE).release();
            }
            try (Grant shared = coordinator.lock(LoadMain.SHARED_LOCK).shared().acquire(PATIENCE);
                    Membership membership = coordinator.group(LoadMain.GROUP).join();
                    var candidacy = coordinator.election(LoadMain.ELECTION).run(leadership -> {})) {
                if (candidacy.await(PATIENCE).isEmpty()) {
                    throw new IllegalStateException("nobody leads, though there is one candidate");
                }
                shared.verify();
                membership.leave();
            }
        }
    }

    /** Begins to watch. */
    static Observer watch(String url, HistoryWriter history) throws InterruptedException {
        Coordinator coordinator = connect(url);
        history.write(new Event.Connected(""));
        coordinator.group(LoadMain.GROUP).watch(event -> history.write(Watching.saw(LoadMain.GROUP, event)));
        coordinator
                .election(LoadMain.ELECTION)
                .watch(event -> history.write(Watching.elected(LoadMain.ELECTION, event)));
        return new Observer(coordinator);
    }

    /** Connecting is bounded by the time-to-live, which is short here. */
    private static Coordinator connect(String url) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Conclave.connect(url, "observer");
            } catch (BackendUnavailableException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** What the driver promises of this deployment. */
    DriverInfo driver() {
        return coordinator.driver();
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
