package dev.conclave.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A Redis Cluster of three primaries, without replicas. */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    /** Starts the nodes, gives each a third of the slots, and waits until all agree. */
    public static RedisCluster start() throws IOException, InterruptedException {
        RedisCluster started = new RedisCluster();
        try {
            started.startNodes();
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private void startNodes() throws IOException, InterruptedException {
        List<Integer> busPorts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            busPorts.add(Ports.free());
            nodes.add(RedisServer.options()
                    .volatileOnly()
                    .clustered(busPorts.get(i))
                    .with("cluster-config-file nodes.conf")
                    .start());
        }
        for (int i = 0; i < 3; i++) {
            RedisServer node = nodes.get(i);
            node.command("CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
            String from = Integer.toString(i * SLOTS / 3);
            String to = Integer.toString((i + 1) * SLOTS / 3 - 1);
            node.command("CLUSTER", "ADDSLOTSRANGE", from, to);
        }
        for (RedisServer node : nodes.subList(1, 3)) {
            meet(node, nodes.get(0), busPorts.get(0));
        }
        for (RedisServer node : nodes) {
            Waiting.until(() -> agrees(node), "the cluster to form");
        }
    }

    private static void meet(RedisServer node, RedisServer first, int busPort) throws IOException {
        node.command("CLUSTER", "MEET", "127.0.0.1", Integer.toString(first.port()), Integer.toString(busPort));
    }

    private static boolean agrees(RedisServer node) throws IOException {
        String said = node.command("CLUSTER", "INFO");
        return said.contains("cluster_state:ok") && said.contains("cluster_known_nodes:3");
    }

    /** The nodes. */
    public List<RedisServer> nodes() {
        return List.copyOf(nodes);
    }

    /** The nodes' addresses, as in a URL. */
    public String authority() {
        return nodes.stream().map(RedisServer::authority).collect(Collectors.joining(","));
    }

    @Override
    public void close() throws IOException {
        for (RedisServer each : nodes) {
            each.close();
        }
    }
}
