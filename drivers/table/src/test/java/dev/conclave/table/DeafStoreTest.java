package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.BackendUnavailableException;
import dev.conclave.spi.Driver;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A selector that fails, say. Before this was mended, the process's steps failed from then on until it was restarted. */
@DisplayName("A process that can hear nothing of its store any more")
class DeafStoreTest {
    private static final SessionId FIRST = new SessionId("ada", "a1");
    private static final SessionId SECOND = new SessionId("ada", "a2");

    private final SharedMemory shared = new SharedMemory();
    private final FakeStores stores = new FakeStores(shared::process);
    private final List<FakeCarrier> carriers = stores.carriers;
    private final BlockingQueue<Subject> signals = stores.signals;

    @Test
    @DisplayName("is told, loses its sessions for others too, and goes on in the store that it opens anew")
    void goesOn() throws Exception {
        Driver driver = stores.open("ada");
        stores.granted(driver, FIRST);

        carriers.get(0).fail(new IOException("the selector is broken"));

        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));
        assertThat(carriers.get(0).isClosed()).isTrue();
        assertThat(FakeStores.join(driver.renew(FIRST, Set.of(), Set.of())))
                .isInstanceOf(dev.conclave.spi.Renewal.NoSession.class);
        assertThat(carriers).hasSize(2);
        stores.granted(driver, SECOND);
        FakeStores.join(driver.close());
        assertThat(carriers.get(1).isClosed()).isTrue();
        Audit.check(shared.map(shared.size));
    }

    @Test
    @DisplayName("goes on also if an error and no exception kept it from hearing")
    void error() throws Exception {
        Driver driver = stores.open("ada");
        stores.granted(driver, FIRST);
        carriers.get(0).fail(new NoClassDefFoundError("a class that is missing"));
        // Told last of all: before, the store may still take a step that it can only fail.
        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));
        stores.granted(driver, SECOND);
        FakeStores.join(driver.close());
    }

    @Test
    @DisplayName("is not one whose engine fails at a signal: that is logged, and hearing goes on")
    void failingSignal() throws Exception {
        Driver driver = stores.open("ada");
        stores.signalsFail = true;
        stores.granted(driver, FIRST);

        carriers.get(0).hints.add(Subjects.hash(new Subject.Session(FIRST)));
        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));
        carriers.get(0).hints.add(Subjects.hash(new Subject.Session(FIRST)));
        assertThat(signals.poll(30, TimeUnit.SECONDS)).isEqualTo(new Subject.Session(FIRST));

        assertThat(carriers.get(0).isClosed()).isFalse();
        FakeStores.join(driver.close());
    }

    @Test
    @DisplayName("does not open its store anew once its drivers are closed")
    void closed() throws Exception {
        Driver driver = stores.open("ada");
        FakeStores.join(driver.close());
        assertThatThrownBy(() -> stores.granted(driver, FIRST))
                .hasRootCauseInstanceOf(BackendUnavailableException.class);
        assertThat(carriers).hasSize(1);
    }
}
