package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Candidacy;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.ElectionEvent;
import dev.conclave.Leader;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Loss;
import dev.conclave.Subscription;
import dev.conclave.guide.Stores.Journal;
import dev.conclave.memory.MemoryBackend;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // what a callback does is what the sample shows
class ElectionsSamplesTest {
    private final Journal journal = new Journal();
    private Coordinator coordinator;
    private Coordinator other;

    @BeforeEach
    void connect() throws Exception {
        coordinator = Conclave.connect("memory:guide-elections", "node-1");
        other = Conclave.connect("memory:guide-elections", "node-2");
    }

    @AfterEach
    void disconnect() {
        coordinator.close();
        other.close();
        MemoryBackend.named("guide-elections").close(); // the next test has an empty one
    }

    @Test
    void run() {
        // snippet:election-run
        Candidacy race = coordinator.election("scheduler").run(leadership -> {
            while (leadership.isValid()) {
                scheduleNext(leadership.term());
            }
        });
        // end
        await().until(() -> journal.lines().size() > 3);
        race.close();
    }

    private void scheduleNext(long term) {
        journal.add("scheduled in term " + term);
    }

    @Test
    void listener() {
        // snippet:election-listener
        Candidacy race = coordinator
                .election("scheduler")
                .run(
                        new LeaderListener() {
                            @Override
                            public void granted(Leadership leadership) {
                                journal.add("leading in term " + leadership.term());
                            }

                            @Override
                            public void revoked(Leadership leadership, Loss loss) {
                                journal.add("no longer leading: " + loss.explanation());
                            }
                        },
                        "10.0.0.7:8080"); // the payload: what others read about the leader
        // end
        await().until(() -> journal.lines().size() == 1);
        race.close();
        await().until(() -> journal.lines().size() == 2);
    }

    @Test
    void waiting() throws Exception {
        // snippet:election-await
        try (Candidacy race = coordinator.election("migration").run(leadership -> {})) {
            Optional<Leadership> won = race.await(Duration.ofSeconds(10));
            if (won.isPresent()) {
                migrate(won.get().term());
            }
        } // leaves the race, and gives the leadership up
        // end
        assertThat(journal.lines()).hasSize(1);
    }

    private void migrate(long term) {
        journal.add("migrated in term " + term);
    }

    @Test
    void resign() throws Exception {
        Candidacy race = coordinator.election("scheduler").run(leadership -> {});
        race.await(Duration.ofSeconds(10));
        Candidacy second = other.election("scheduler").run(leadership -> {});
        // snippet:election-resign
        race.resign(Duration.ofSeconds(30)); // somebody else's turn; back in the race after 30 s
        // end
        assertThat(second.await(Duration.ofSeconds(10))).isPresent();
    }

    @Test
    void observe() throws Exception {
        // snippet:election-watch
        Optional<Leader> leader = coordinator.election("scheduler").leader();

        Subscription watch = coordinator.election("scheduler").watch(event -> {
            if (event instanceof ElectionEvent.Elected elected) {
                connectTo(elected.leader().payload());
            } else if (event instanceof ElectionEvent.Vacant) {
                disconnectFromLeader();
            }
        });
        // end
        assertThat(leader).isEmpty();
        other.election("scheduler").run(leadership -> {}, "10.0.0.7:8080");
        await().until(() -> journal.lines().contains("10.0.0.7:8080"));
        watch.close();
    }

    private void connectTo(String address) {
        journal.add(address);
    }

    private void disconnectFromLeader() {
        journal.add("nobody");
    }
}
