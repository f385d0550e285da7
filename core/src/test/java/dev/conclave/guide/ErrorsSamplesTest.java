package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.ConclaveException;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.LockBusyException;
import dev.conclave.guide.Stores.InvoiceStore;
import dev.conclave.guide.Stores.Journal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ErrorsSamplesTest {
    private final InvoiceStore store = new InvoiceStore();
    private final Journal journal = new Journal();

    @Test
    void handling() throws Exception {
        try (Coordinator coordinator = Conclave.connect("memory:guide-errors", "billing-1");
                Coordinator other = Conclave.connect("memory:guide-errors", "billing-2")) {
            try (Grant held = other.lock("invoice-42").acquire()) {
                assertThat(held.isValid()).isTrue();
                save(coordinator);
            }
            save(coordinator);
        }
        assertThat(journal.lines()).containsExactly("busy", "saved");
    }

    // snippet:errors
    private void save(Coordinator coordinator) throws InterruptedException {
        try (Grant grant = coordinator.lock("invoice-42").acquire(Duration.ofMillis(100))) {
            journal.add(store.save("42", "paid", grant.fencingToken()) ? "saved" : "too late");
        } catch (LockBusyException e) {
            journal.add("busy"); // others had it all the time; nothing is left behind
        } catch (ConclaveException e) {
            if (!e.isTransient()) {
                throw e; // a mistake, or a conflict: the message says what to mend
            }
            journal.add("try again later"); // an outage, or a session that ended
        }
    }
    // end
}
