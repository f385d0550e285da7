package dev.conclave.zookeeper;

import static dev.conclave.kit.BareDrivers.claimId;
import static dev.conclave.kit.BareDrivers.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.kit.BareDrivers;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Released;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("How many requests a step takes")
class RequestsTest {
    // So long that the client's pings do not count among the requests.
    private static final Duration TTL = Duration.ofMinutes(10);

    private final BareDrivers drivers = new BareDrivers(new ZooKeeperDriverProvider(), Duration.ofSeconds(10));
    private ZooKeeperServer server;
    private Driver driver;

    @BeforeEach
    void start() throws Exception {
        server = ZooKeeperServer.start();
        driver = drivers.open("zookeeper://" + server.authority() + "?ttl=10m");
    }

    @AfterEach
    void stop() throws Exception {
        drivers.close();
        server.close();
    }

    private long received() throws IOException {
        return Admin.received(server);
    }

    @Test
    @DisplayName("to take a free lock and to give it back: one each")
    void cycle() throws Exception {
        SessionId session = BareDrivers.session("ada", 'a');
        get(driver.openSession(session, TTL));
        ClaimId claim = claimId(session, "invoice", 1);
        long before = received();

        assertThat(get(driver.claim(new ClaimRequest(claim, false, true, "")))).isInstanceOf(ClaimReply.Granted.class);
        assertThat(get(driver.release(claim))).isEqualTo(Released.HELD);

        assertThat(received() - before).isEqualTo(2);
    }

    @Test
    @DisplayName("to withdraw: a sync, two to look, and the deletion")
    void withdrawal() throws Exception {
        SessionId session = BareDrivers.session("ada", 'a');
        get(driver.openSession(session, TTL));
        EnrolmentId enrolment = new EnrolmentId(session, "workers", 1);
        get(driver.enrol(new Enrolment(enrolment, "", true, false)));
        long before = received();

        assertThat(get(driver.withdraw(enrolment))).isTrue();

        assertThat(received() - before).isEqualTo(4);
    }

    @Test
    @DisplayName(
            "to look at a group: a sync, one for the namespace, and one for the group and who is in it, as of one instant")
    void roster() throws Exception {
        get(driver.createGroup("workers"));
        long before = received();

        assertThat(get(driver.roster("workers", -1))).isInstanceOf(RosterReply.Whole.class);

        assertThat(received() - before).isEqualTo(3);
    }
}
