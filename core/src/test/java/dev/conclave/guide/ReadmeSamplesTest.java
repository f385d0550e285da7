package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Group;
import dev.conclave.Partitioner;
import dev.conclave.guide.Stores.InvoiceStore;
import dev.conclave.guide.Stores.Journal;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ReadmeSamplesTest {
    private final InvoiceStore store = new InvoiceStore();
    private final Journal journal = new Journal();

    @Test
    void firstScreen() throws Exception {
        // snippet:readme
        try (Coordinator coordinator = Conclave.connect("memory:demo", "worker-1")) {

            try (Grant grant = coordinator.lock("invoice-42").acquire(Duration.ofSeconds(5))) {
                store.save("42", "paid", grant.fencingToken()); // the store refuses an older token
            }

            coordinator.election("reports").run(leadership -> publishReports(leadership.term()));

            Group workers = coordinator.group("workers");
            workers.join(Capabilities.of("weight", 2));
            Partitioner tenants = workers.partitioner();
            serveUntilStopped(tenant -> tenants.owns(tenant));
        }
        // end
    }

    private void publishReports(long term) {
        assertThat(term).isPositive();
        journal.add("published");
    }

    private void serveUntilStopped(Predicate<String> mine) {
        await().until(() -> journal.lines().contains("published") && mine.test("tenant-9"));
    }
}
