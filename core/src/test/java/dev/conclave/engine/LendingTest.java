package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Grant;
import dev.conclave.ReleaseResult;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.Released;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A thread that waits is lent to the driver")
class LendingTest {
    private final Rig rig = new Rig();
    private final List<Thread> lent = new ArrayList<>();

    @Test
    @DisplayName("which completes what it waits for on that very thread")
    void reads() throws Exception {
        rig.driver.claim.byHand();
        rig.driver.release.byHand();
        rig.driver.lend = done -> {
            lent.add(Thread.currentThread());
            assertThat(done.getAsBoolean()).isFalse();
            if (rig.driver.release.count() == 0) {
                rig.driver.claim.last().answer(new ClaimReply.Granted(7));
            } else {
                rig.driver.release.last().answer(Released.HELD);
            }
            assertThat(done.getAsBoolean()).isTrue();
        };
        Grant grant = rig.coordinator.lock("a").acquire();
        assertThat(grant.fencingToken()).isEqualTo(7);
        assertThat(grant.release()).isEqualTo(ReleaseResult.RELEASED);
        assertThat(lent).containsExactly(Thread.currentThread(), Thread.currentThread());
    }

    @Test
    @DisplayName("never if the answer is there already")
    void nothingToWaitFor() throws Exception {
        rig.driver.lend = done -> lent.add(Thread.currentThread());
        rig.coordinator.lock("a").acquire().close();
        assertThat(lent).isEmpty();
    }

    @Test
    @DisplayName("and an interrupt meanwhile gives up what it waits for")
    void interrupted() {
        rig.driver.claim.byHand();
        rig.driver.lend = done -> Thread.currentThread().interrupt();
        assertThatThrownBy(() -> rig.coordinator.lock("a").acquire()).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(rig.driver.release.arguments())
                .containsExactly(rig.driver.claim.last().argument.id());
    }

    @Test
    @DisplayName("and a driver that throws then does not lose it its grant")
    void thrown() throws Exception {
        rig.driver.claim.byHand();
        rig.driver.lend = done -> {
            rig.driver.claim.last().answer(new ClaimReply.Granted(7));
            throw new IllegalStateException("the driver is mistaken");
        };
        assertThat(rig.coordinator.lock("a").acquire().fencingToken()).isEqualTo(7);
    }
}
