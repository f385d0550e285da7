package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.bench.deployments.Counting;
import dev.conclave.bench.deployments.Deployment;
import dev.conclave.bench.deployments.Deployments;
import dev.conclave.bench.peers.Contestants;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everybody who can take part, on real servers; two clients in this one JVM. */
@DisplayName("Contestants")
class ContestantsTest {
    private static final int CLIENTS = 2;
    private static final int THREADS_EACH = 2;
    private static final int TIMES = 10;
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    private Path folder;

    /** Protected by nothing but the lock; volatile so that a contestant need not order what it guards. */
    private volatile int count;

    @Test
    @DisplayName("have names of their own on their backend, with us, a floor and a peer on every one")
    void haveNames() {
        for (Backend backend : Backend.values()) {
            List<Contestant> all = Contestants.on(backend);
            assertThat(all).extracting(Contestant::name).doesNotHaveDuplicates();
            assertThat(all).extracting(Contestant::version).doesNotContain("");
            assertThat(all)
                    .as(backend.label())
                    .extracting(Contestant::kind)
                    .contains(Contestant.Kind.FLOOR, Contestant.Kind.PEER, Contestant.Kind.CONCLAVE);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("lock and unlock, and those who wait exclude each other")
    void excludeEachOther(Backend backend) throws Exception {
        try (Deployment deployment = Deployments.start(backend, folder)) {
            for (Contestant contestant : Contestants.on(backend)) {
                if (contestant.has(Feature.WAIT)) {
                    count = 0;
                    contend(contestant, deployment.url());
                    assertThat(count).as(contestant.name()).isEqualTo(CLIENTS * THREADS_EACH * TIMES);
                } else {
                    cycle(contestant, deployment.url());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"IPC", "FILE", "MEMORY"})
    @DisplayName("are seen by the server at two requests a cycle at least, those of the floor")
    void areCounted(Backend backend) throws Exception {
        try (Deployment deployment = Deployments.start(backend, folder)) {
            Counting counting = new Counting(deployment);
            Contestant floor = Contestants.named(backend, "floor");
            try (Client client = floor.open(deployment.url(), "counted");
                    Mutex mutex = client.mutex("counted")) {
                Counting.Mark mark = counting.begin();
                for (int i = 0; i < TIMES; i++) {
                    mutex.acquire();
                    mutex.release();
                }
                Map<String, Long> requests = mark.end();
                long main = requests.values().iterator().next();
                assertThat(main).as("%s", requests).isGreaterThanOrEqualTo(2L * TIMES);
            }
        }
    }

    private static void cycle(Contestant contestant, String url) throws Exception {
        try (Client client = contestant.open(url, "one");
                Mutex mutex = client.mutex("alone-" + contestant.name())) {
            for (int i = 0; i < TIMES; i++) {
                mutex.acquire();
                mutex.release();
            }
        }
    }

    private void contend(Contestant contestant, String url) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS * THREADS_EACH);
        List<Client> clients = new ArrayList<>();
        List<Future<?>> turns = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                Client client = contestant.open(url, contestant.name() + "-" + i);
                clients.add(client);
                for (int j = 0; j < THREADS_EACH; j++) {
                    turns.add(threads.submit(() -> {
                        takeTurns(client, "shared-" + contestant.name());
                        return null;
                    }));
                }
            }
            for (Future<?> turn : turns) {
                turn.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
            for (Client client : clients) {
                client.close();
            }
        }
    }

    private void takeTurns(Client client, String name) throws Exception {
        try (Mutex mutex = client.mutex(name)) {
            for (int i = 0; i < TIMES; i++) {
                mutex.acquire();
                int before = count;
                TimeUnit.MICROSECONDS.sleep(50);
                count = before + 1;
                mutex.release();
            }
        }
    }
}
