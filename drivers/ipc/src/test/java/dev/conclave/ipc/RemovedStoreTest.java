package dev.conclave.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.LossReason;
import dev.conclave.spi.Leftover;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A store that is removed by hand under its members")
class RemovedStoreTest {
    private final TestStore store = new TestStore();
    private final StoreName name = TestStore.named(store.url());

    @AfterEach
    void remove() throws Exception {
        store.close();
    }

    private void ipcrm(String option, int id) throws Exception {
        assertThat(new ProcessBuilder("ipcrm", option, Integer.toString(id))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private void assertToldAndGoesOn(Coordinator ada, Grant grant, long removed) throws Exception {
        assertThat(grant.lost().get(30, TimeUnit.SECONDS).reason()).isEqualTo(LossReason.FORGOTTEN);
        System.out.println("ipc: the loss was told after "
                + Duration.ofNanos(System.nanoTime() - removed).toMillis() + " ms");
        assertThat(grant.isValid()).isFalse();
        try (Grant next = ada.lock("invoices").acquire(Duration.ofSeconds(20));
                Coordinator bob = Conclave.connect(store.url(), "bob")) {
            assertThat(next.fencingToken()).isGreaterThan(grant.fencingToken());
            assertThat(bob.lock("invoices").tryAcquire()).isEmpty();
        }
    }

    @Test
    @DisplayName("by its semaphores: they are told at once, and meet in a new one")
    void semaphores() throws Exception {
        try (Coordinator ada = Conclave.connect(store.url() + "?ttl=60s", "ada")) {
            Grant grant = ada.lock("invoices").acquire();
            long removed = System.nanoTime();
            ipcrm("-s", Semaphores.find(name.key()).orElseThrow().id());
            assertToldAndGoesOn(ada, grant, removed);
        }
    }

    @Test
    @DisplayName("by its shared memory: they are told by the next renewal")
    void sharedMemory() throws Exception {
        try (Coordinator ada = Conclave.connect(store.url() + "?ttl=9s", "ada")) {
            Grant grant = ada.lock("invoices").acquire();
            long removed = System.nanoTime();
            ipcrm("-m", Segment.find(name.key()));
            assertToldAndGoesOn(ada, grant, removed);
        }
    }

    @Test
    @DisplayName("by its shared memory, and another process comes: they are told at once, and never meet in two")
    void sharedMemoryAndANewcomer() throws Exception {
        try (Coordinator ada = Conclave.connect(store.url() + "?ttl=60s", "ada")) {
            Grant grant = ada.lock("invoices").acquire();
            ipcrm("-m", Segment.find(name.key()));
            long removed = System.nanoTime();
            IpcStore newcomer = (IpcStore) Helper.site(store.url()).open(Duration.ofSeconds(5));
            assertToldAndGoesOn(ada, grant, removed);
            newcomer.close();
        }
    }

    @Test
    @DisplayName("is listed while it is there, with how many processes use it, and only removed unused or by force")
    void leftovers() throws Exception {
        try (Coordinator ada = Conclave.connect(store.url(), "ada")) {
            ada.lock("invoices").acquire().release();
            assertThat(HostStores.list()).contains(new Leftover(name.toString(), 128 << 20, 1));
            assertThat(HostStores.remove(name, false)).isFalse();
            ada.lock("invoices").acquire().release();
        }
        assertThat(HostStores.list()).contains(new Leftover(name.toString(), 128 << 20, 0));
        assertThat(HostStores.remove(name, false)).isTrue();
        assertThat(HostStores.list()).noneMatch(leftover -> leftover.url().equals(name.toString()));
        assertThat(Semaphores.find(name.key())).isEmpty();
    }
}
