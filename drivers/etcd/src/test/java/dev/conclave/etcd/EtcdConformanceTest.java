package dev.conclave.etcd;

import dev.conclave.DriverInfo;
import dev.conclave.kit.Backend;
import dev.conclave.kit.DriverKit;
import dev.conclave.servers.EtcdServer;
import dev.conclave.servers.ServerBackend;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

@DisplayName("The etcd driver")
class EtcdConformanceTest extends DriverKit {
    @Override
    protected Backend startBackend() throws Exception {
        return new OneServer(EtcdServer.start());
    }

    /** A server alone: what a cluster adds is in ClusterTest. */
    private static final class OneServer extends ServerBackend<EtcdServer> {
        private final List<EtcdServer> others = new ArrayList<>();

        OneServer(EtcdServer server) {
            super(server);
        }

        @Override
        protected String urlVia(InetSocketAddress address) {
            return "etcd://127.0.0.1:" + address.getPort();
        }

        @Override
        public DriverInfo driver() {
            return new Deployment(1, List.of()).info(EtcdDriverProvider.INFO);
        }

        @Override
        public void flush() throws Exception {
            server().deleteAll();
        }

        /** Less the one key per namespace that must outlive all. */
        @Override
        public long footprint(String namespace) throws Exception {
            return Math.max(0, server().count("/" + Names.encoded(namespace) + "/") - 1);
        }

        @Override
        public String urlWithPassword(String password) {
            try {
                EtcdServer secured = keep(EtcdServer.start());
                secured.secure("r00t", "ada", "the-r1ght-one", "/");
                return "etcd://ada:" + password + "@" + secured.authority();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException("no server with a password could be started", e);
            }
        }

        @Override
        public List<BadDeployment> badDeployments() throws Exception {
            EtcdServer voter = keep(EtcdServer.start());
            EtcdServer learner = keep(voter.startLearner());
            return List.of(new BadDeployment("a learner", "etcd://" + learner.authority(), "name a voting member"));
        }

        private synchronized EtcdServer keep(EtcdServer started) {
            others.add(0, started);
            return started;
        }

        @Override
        public synchronized void close() throws IOException {
            for (EtcdServer each : others) {
                each.close();
            }
            super.close();
        }
    }
}
