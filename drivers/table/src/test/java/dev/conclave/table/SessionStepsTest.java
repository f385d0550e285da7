package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimReply.Granted;
import dev.conclave.spi.ClaimReply.NoSession;
import dev.conclave.spi.Renewal;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A session in the table")
class SessionStepsTest extends StepsTestBase {
    @Test
    @DisplayName("that ends takes all with it, and tells those concerned")
    void end() {
        claim(ADA, 1);
        claim(BOB, 1);
        enrol(ADA, 1, "{}");
        table.wakes();

        table.sessions().end(ADA);
        table.sessions().end(ADA);

        assertThat(table.wakes()).contains(new Wake(table.place(), hash(id(BOB, 1))));
        assertThat(claim(BOB, 1)).isInstanceOf(Granted.class);
        assertThat(whole().entries()).isEmpty();
        assertThat(claim(ADA, 2)).isEqualTo(new NoSession());
    }

    @Test
    @DisplayName("is renewed for its whole time-to-live")
    void renewal() {
        for (int i = 0; i < 5; i++) {
            pass(Duration.ofSeconds(9));
            assertThat(renew(ADA)).isInstanceOf(Renewal.Renewed.class);
        }
        pass(TTL);
        assertThat(renew(ADA)).isInstanceOf(Renewal.NoSession.class);
    }

    @Test
    @DisplayName("that dies is swept away by any step, also while another process is paused in between")
    void sweep() {
        enrol(ADA, 1, "{}");
        claim(ADA, 1);
        pass(TTL);

        table.sweep();

        assertThat(used()).isEqualTo(1 + 2 + 2); // the process, and the group and who left it, with their names
    }
}
