package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.SessionId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("the end of a session")
class SessionTest {
    private final Rig rig = new Rig();
    private final Session session =
            new Session(new SessionId("ada", "incarnation-1"), Rig.TTL, rig.time.nanoTime(), rig.time);

    @Test
    @DisplayName("is told to all that hangs on it, although one of them fails at that")
    void toldToAll() {
        List<Loss> told = new ArrayList<>();
        ClaimKey key = new ClaimKey(ClaimKey.Kind.LOCK, "invoices");
        session.await(session.nextClaim(key), (over, loss) -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        session.await(session.nextClaim(key), (over, loss) -> told.add(loss));
        Loss loss = new Loss(LossReason.EXPIRED, "the test says so");
        assertThat(session.end(loss)).isTrue();
        assertThat(told).containsExactly(loss);
    }
}
