package dev.conclave.zookeeper;

import static dev.conclave.kit.BareDrivers.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.Await;
import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server sets a session's time anew whenever the client connects again, and may be another one by then. */
@DisplayName("A session that comes back to a server which grants less time")
class ShorterSessionTest {
    private static final Duration TTL = Duration.ofSeconds(20);
    private static final Duration LESS = Duration.ofSeconds(2);

    @Test
    @DisplayName("is over for its member, who counts with more, and the next one is counted rightly")
    void isGivenUp() throws Exception {
        try (ZooKeeperServer server = ZooKeeperServer.start();
                BareDrivers drivers = new BareDrivers(new ZooKeeperDriverProvider(), Duration.ofSeconds(10))) {
            Driver driver = drivers.open("zookeeper://" + server.authority() + "?ttl=20s");
            SessionId session = BareDrivers.session("ada", 'a');
            assertThat(get(driver.openSession(session, TTL))).isEqualTo(TTL);

            server.restart(Map.of("maxSessionTimeout", String.valueOf(LESS.toMillis())));

            assertThat(Await.value("the first renewal that is answered", () -> renewal(driver, session)))
                    .isInstanceOf(Renewal.NoSession.class);
            get(driver.endSession(session));
            assertThat(get(driver.openSession(BareDrivers.session("ada", 'b'), TTL)))
                    .isEqualTo(LESS);
        }
    }

    private static Optional<Renewal> renewal(Driver driver, SessionId session) throws Exception {
        try {
            return Optional.of(get(driver.renew(session, Set.of(), Set.of())));
        } catch (ExecutionException e) {
            return Optional.empty(); // the connection is not back yet
        }
    }
}
