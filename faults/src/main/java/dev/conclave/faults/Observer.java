package dev.conclave.faults;

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

    private final Coordinator coordinator;

    private Observer(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * Does once what members do, undisturbed: so the backend has what it has for as long as somebody once used it.
     *
     * @return what the driver promises of this deployment
     */
    static DriverInfo rehearse(String url) throws InterruptedException {
        try (Coordinator coordinator = Conclave.connect(url, "rehearsal")) {
            for (String lock : Stream.concat(LoadMain.LOCKS.stream(), Stream.of(LoadMain.SHARED_LOCK))
                    .toList()) {
                coordinator.lock(lock).acquire(PATIENCE).release();
            }
            try (Grant shared = coordinator.lock(LoadMain.SHARED_LOCK).shared().acquire(PATIENCE);
                    Membership membership = coordinator.group(LoadMain.GROUP).join();
                    var candidacy = coordinator.election(LoadMain.ELECTION).run(leadership -> {})) {
                candidacy.await(PATIENCE).orElseThrow();
                shared.verify();
                membership.leave();
            }
            return coordinator.driver();
        }
    }

    /** Begins to watch. */
    static Observer watch(String url, HistoryWriter history) throws InterruptedException {
        Coordinator coordinator = Conclave.connect(url, "observer");
        history.write(new Event.Connected(""));
        coordinator.group(LoadMain.GROUP).watch(event -> history.write(Watching.saw(LoadMain.GROUP, event)));
        coordinator
                .election(LoadMain.ELECTION)
                .watch(event -> history.write(Watching.elected(LoadMain.ELECTION, event)));
        return new Observer(coordinator);
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
