package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.spi.Driver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A process whose log blocks")
class BlockedLogTest {
    private final SharedMemory shared = new SharedMemory();
    private final CountDownLatch logging = new CountDownLatch(1);
    private final CountDownLatch unblocked = new CountDownLatch(1);
    private final PrintStream standardError = System.err;
    private volatile boolean failing;

    @AfterEach
    void unblock() {
        System.setErr(standardError);
        unblocked.countDown();
    }

    @Test
    @DisplayName("has left the mutex before it logs, and has told what came of the step")
    void isNotInTheMutex() throws Exception {
        FakeStores stores = new FakeStores(() -> shared.process(new FakeLedger(shared) {
            @Override
            public long created(long length, String group) {
                throw diskFailure();
            }

            @Override
            public long rewrite(Collection<String> groups, long mark) {
                if (failing) {
                    throw diskFailure();
                }
                return super.rewrite(groups, mark);
            }
        }));
        Driver driver = stores.open("ada");
        failing = true;
        // Undone, so that the next one would first write the ledger anew; and that it cannot is logged.
        assertThatThrownBy(() -> FakeStores.join(driver.createGroup("first")));
        System.setErr(new PrintStream(new BlockedStream(), true, StandardCharsets.UTF_8)); // where the tests' log goes

        CompletableFuture<Boolean> created = driver.createGroup("second");

        assertThat(logging.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stores.carriers.get(0).calls).endsWith("enter", "leave");
        assertThat(created).isCompletedExceptionally();
    }

    private static UncheckedIOException diskFailure() {
        return new UncheckedIOException(new IOException("the disk fails"));
    }

    private final class BlockedStream extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            logging.countDown();
            try {
                unblocked.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
