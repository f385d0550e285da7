package dev.conclave.zookeeper;

import dev.conclave.DriverInfo;
import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.kit.NotApplicable;
import dev.conclave.servers.ServerBackend;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Names;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The ZooKeeper driver")
class ZooKeeperConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new OneServer(ZooKeeperServer.start());
    }

    /** A server alone: what an ensemble adds is in EnsembleTest. */
    private static final class OneServer extends ServerBackend<ZooKeeperServer> {
        private OneServer(ZooKeeperServer server) {
            super(server);
        }

        @Override
        protected String urlVia(InetSocketAddress address) {
            return "zookeeper://127.0.0.1:" + address.getPort();
        }

        @Override
        public DriverInfo driver() {
            return ZooKeeperDriverProvider.of(1, Duration.ZERO);
        }

        @Override
        public void flush() throws Exception {
            try (Admin admin = new Admin(server().authority())) {
                admin.deleteAll();
            }
        }

        @Override
        public long footprint(String namespace) throws Exception {
            try (Admin admin = new Admin(server().authority())) {
                return admin.count("/" + Names.encoded(namespace));
            }
        }

        @Override
        public String urlWithPassword(String password) {
            try (Admin admin = new Admin(server().authority())) {
                admin.secure("/secured", "ada", "secret");
            } catch (Exception e) {
                throw new IllegalStateException("no node with a password could be made", e);
            }
            return "zookeeper://ada:" + password + "@" + server().authority() + "/secured";
        }

        @Override
        public List<BadDeployment> badDeployments() {
            throw NotApplicable.because("the only deployment to be refused is a server older than 3.6, of 2020");
        }
    }
}
