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
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Nodes of strangers")
class StrangersTest {
    private static final Duration TTL = Duration.ofSeconds(30);

    @Test
    @DisplayName("below a lock's node are in nobody's way")
    void belowALock() throws Exception {
        try (ZooKeeperServer server = ZooKeeperServer.start();
                BareDrivers drivers = new BareDrivers(new ZooKeeperDriverProvider(), Duration.ofSeconds(10));
                Admin admin = new Admin(server.authority())) {
            Driver driver = drivers.open("zookeeper://" + server.authority() + "?ttl=30s");
            SessionId session = BareDrivers.session("ada", 'a');
            get(driver.openSession(session, TTL));
            String life = admin.client().getChildren("/conclave", false).get(0);
            String lock = "/conclave/" + life + "/locks/invoice";
            admin.create(lock, ZooDefs.Ids.OPEN_ACL_UNSAFE);
            admin.create(lock + "/stranger", ZooDefs.Ids.OPEN_ACL_UNSAFE);

            ClaimId claim = claimId(session, "invoice", 1);
            assertThat(get(driver.claim(new ClaimRequest(claim, false, false, ""))))
                    .isInstanceOf(ClaimReply.Granted.class);
            assertThat(get(driver.claim(new ClaimRequest(claimId(session, "invoice", 2), false, false, ""))))
                    .isInstanceOf(ClaimReply.Busy.class);
            assertThat(get(driver.release(claim))).isEqualTo(Released.HELD);
        }
    }
}
