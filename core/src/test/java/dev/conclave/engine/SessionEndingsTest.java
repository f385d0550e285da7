package dev.conclave.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.SessionId;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("sessions that are to be ended")
class SessionEndingsTest {
    private final Rig rig = new Rig();
    private final SessionEndings endings = new SessionEndings(rig.engine);

    private static SessionId session(int number) {
        return new SessionId("ada", "incarnation-" + number);
    }

    @Test
    @DisplayName("do not pile up while the backend is away, and those that may be there yet are ended when it is back")
    void outage() {
        rig.driver.endSession.fail();
        endings.endGivenUp(session(0));
        for (int attempt = 1; attempt <= 3_600; attempt++) {
            endings.endDoubtful(session(attempt));
            rig.time.advance(Duration.ofSeconds(1));
            assertThat(endings.size()).isLessThanOrEqualTo(13);
        }
        assertThat(rig.driver.endSession.arguments()).containsOnly(session(0));
        rig.driver.endSession.answer(session -> null);
        rig.time.advance(Duration.ofSeconds(1));
        assertThat(rig.driver.endSession.arguments())
                .contains(session(3_592), session(3_600))
                .doesNotContain(session(3_580));
        assertThat(endings.size()).isZero();
    }
}
