package dev.conclave.faults.sites;

import dev.conclave.faults.nemesis.Kind;
import dev.conclave.servers.EtcdCluster;
import dev.conclave.servers.EtcdServer;
import dev.conclave.servers.Server;
import dev.conclave.spi.Names;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A cluster of three. */
final class EtcdSite implements Site {
    private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");

    private final EtcdCluster cluster = EtcdCluster.start();

    EtcdSite() throws IOException, InterruptedException {}

    @Override
    public String driver() {
        return "etcd";
    }

    @Override
    public String deployment() {
        return "a cluster of three";
    }

    @Override
    public String version() throws IOException, InterruptedException {
        Matcher version = VERSION.matcher(cluster.leader().ask("/v3/maintenance/status", "{}"));
        return "etcd " + (version.find() ? version.group(1) : "of an unknown version");
    }

    @Override
    public String url(List<InetSocketAddress> addresses) {
        return "etcd://" + Sites.authority(addresses);
    }

    @Override
    public List<InetSocketAddress> reached() {
        return cluster.servers().stream().map(EtcdServer::address).toList();
    }

    @Override
    public List<Server> servers() {
        return List.copyOf(cluster.servers());
    }

    @Override
    public Set<Kind> more() {
        return Set.of(Kind.FLUSH, Kind.FAIL_OVER);
    }

    @Override
    public void flush() throws IOException, InterruptedException {
        cluster.leader().deleteAll();
    }

    @Override
    public String failOver() throws IOException, InterruptedException {
        int next = (cluster.servers().indexOf(cluster.leader()) + 1)
                % cluster.servers().size();
        cluster.moveLeader(cluster.servers().get(next));
        return "server-" + (next + 1);
    }

    @Override
    public Map<String, Long> residue() throws IOException, InterruptedException {
        EtcdServer server = cluster.leader();
        String leases = server.ask("/v3/lease/leases", "{}");
        return Map.of(
                "keys",
                server.count("/" + Names.encoded(Site.NAMESPACE) + "/"),
                "leases",
                leases.split("\"ID\"", -1).length - 1L);
    }

    @Override
    public void close() throws IOException {
        cluster.close();
    }
}
