package dev.conclave.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A process that contends")
class ContentionTest {
    @Test
    @DisplayName("keeps the lock as long as it is told, so that another's tenure would show")
    void keepsTheLock() throws Exception {
        Reply reply = Contention.run(
                new Mutex() {
                    @Override
                    public void acquire() {
                        // Lets everybody in.
                    }

                    @Override
                    public void release() {
                        // Nothing to give up.
                    }
                },
                TimeUnit.MILLISECONDS.toNanos(5),
                1);

        List<Long> acquired = reply.samples("acquired");
        List<Long> released = reply.samples("released");
        assertThat(acquired).isNotEmpty();
        for (int i = 0; i < acquired.size(); i++) {
            assertThat(released.get(i) - acquired.get(i)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
