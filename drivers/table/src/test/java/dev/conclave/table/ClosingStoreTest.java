package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.Driver;
import dev.conclave.spi.GroupDeletion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A process that closes its store")
class ClosingStoreTest {
    private final SharedMemory shared = new SharedMemory();

    @Test
    @DisplayName("in the middle of a step on a slow disk keeps the mutex until the step is done")
    void slowDisk() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        FakeStores stores = new FakeStores(() -> shared.process(new FakeLedger(shared) {
            @Override
            public long deleted(long length, String group) {
                writing.countDown();
                awaitUninterrupted(written);
                return super.deleted(length, group);
            }
        }));
        Driver driver = stores.open("ada");
        FakeStores.join(driver.createGroup("workers"));
        CompletableFuture<GroupDeletion> deletion = driver.deleteGroup("workers");
        assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> closing = driver.close();
        // Longer than a thread that only waits for the mutex is waited for.
        assertThatThrownBy(() -> closing.get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        FakeCarrier carrier = stores.carriers.get(0);
        assertThat(carrier.calls).doesNotContain("abandon", "close");
        written.countDown();

        FakeStores.join(closing);
        assertThat(FakeStores.join(deletion)).isEqualTo(GroupDeletion.DELETED);
        assertThat(carrier.calls).doesNotContain("abandon").endsWith("enter", "depart", "leave", "close");
        Audit.check(shared.map(shared.size));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
