package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.kit.Await;
import dev.conclave.servers.Server;
import dev.conclave.servers.ZooKeeperEnsemble;
import dev.conclave.servers.ZooKeeperServer;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** An ensemble of three. */
final class ZooKeeperSite implements Site {
    private static final int ANY_VERSION = -1;
    private static final int PATIENCE_MILLIS = 20_000;

    private final ZooKeeperEnsemble ensemble = ZooKeeperEnsemble.start();

    ZooKeeperSite() throws IOException, InterruptedException {}

    @Override
    public String driver() {
        return "zookeeper";
    }

    @Override
    public String deployment() {
        return "an ensemble of three";
    }

    @Override
    public String version() throws IOException {
        String first =
                ensemble.servers().get(0).command("srvr").lines().findFirst().orElseThrow();
        return "ZooKeeper " + first.replaceFirst("Zookeeper version: ([0-9.]+).*", "$1");
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "zookeeper://" + Sites.authority(addresses);
    }

    @Override
    public List<InetSocketAddress> reached() {
        return ensemble.servers().stream().map(ZooKeeperServer::address).toList();
    }

    @Override
    public List<Server> servers() {
        return List.copyOf(ensemble.servers());
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH, Kind.FAIL_OVER);
    }

    @Override
    public void flush() throws Exception {
        asking(client -> {
            delete(client, root());
            return true;
        });
    }

    private static String root() {
        return "/" + Names.encoded(Site.NAMESPACE);
    }

    private static void delete(ZooKeeper client, String path) throws KeeperException, InterruptedException {
        while (true) {
            try {
                for (String child : client.getChildren(path, false)) {
                    delete(client, path + "/" + child);
                }
                client.delete(path, ANY_VERSION);
                return;
            } catch (KeeperException.NoNodeException e) {
                return;
            } catch (KeeperException.NotEmptyException e) {
                // Somebody creates while we delete: once more.
            }
        }
    }

    /** Nobody can be asked to hand over: the leader is killed and starts again. */
    @Override
    public String failOver() throws Exception {
        ensemble.leader().process().restart();
        // That was not in vain, even if it takes a while until another leads.
        return "server-" + (1 + ensemble.servers().indexOf(Await.value("a leader", this::leader)));
    }

    private Optional<ZooKeeperServer> leader() throws InterruptedException {
        try {
            return Optional.of(ensemble.leader());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Map<String, Long> residue() throws Exception {
        long connections = 0;
        for (ZooKeeperServer server : ensemble.servers()) {
            // One of them is that which asks.
            connections += server.command("cons")
                            .lines()
                            .filter(line -> line.startsWith(" /"))
                            .count()
                    - 1;
        }
        long nodes =
                asking(client -> client.exists(root(), false) == null ? 0 : 1L + client.getAllChildrenNumber(root()));
        return Map.of("nodes", nodes, "ephemeral nodes", ephemeral(), "connections", connections);
    }

    private long ephemeral() throws IOException, InterruptedException {
        return ensemble.leader()
                .command("mntr")
                .lines()
                .filter(line -> line.startsWith("zk_ephemerals_count"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[1]))
                .sum();
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(ZooKeeper client) throws KeeperException, InterruptedException;
    }

    private <T> T asking(Question<T> question) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        Watcher watcher = event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        };
        try (ZooKeeper client = new ZooKeeper(ensemble.authority(), PATIENCE_MILLIS, watcher)) {
            if (!connected.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("no connection to " + ensemble.authority());
            }
            return question.ask(client);
        }
    }

    @Override
    public void close() throws IOException {
        ensemble.close();
    }
}
