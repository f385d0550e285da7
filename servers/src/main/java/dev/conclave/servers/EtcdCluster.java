package dev.conclave.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Three real etcd servers, any two of which are a quorum. Not thread-safe. */
public final class EtcdCluster implements AutoCloseable {
    private static final int SIZE = 3;

    private final List<EtcdServer> servers = new ArrayList<>();

    private EtcdCluster() {}

    /** Starts the three and waits until each serves. */
    public static EtcdCluster start() throws IOException, InterruptedException {
        EtcdCluster cluster = new EtcdCluster();
        try {
            List<Integer> peerPorts = new ArrayList<>();
            for (int i = 0; i < SIZE; i++) {
                peerPorts.add(Ports.free());
            }
            List<String> members = new ArrayList<>();
            for (int i = 0; i < SIZE; i++) {
                members.add("server" + i + "=http://127.0.0.1:" + peerPorts.get(i));
            }
            String all = String.join(",", members);
            for (int i = 0; i < SIZE; i++) {
                cluster.servers.add(new EtcdServer(
                        "server" + i, Ports.free(), peerPorts.get(i), List.of("--initial-cluster", all)));
            }
            start(cluster.servers);
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Starts servers side by side: none of them serves before a quorum is up. */
    public static void start(List<EtcdServer> servers) throws IOException, InterruptedException {
        List<FutureTask<Void>> starts = new ArrayList<>();
        for (EtcdServer server : servers) {
            FutureTask<Void> start = new FutureTask<>(() -> {
                server.process().start();
                return null;
            });
            starts.add(start);
            new Thread(start, "start of " + server.authority()).start();
        }
        for (FutureTask<Void> start : starts) {
            try {
                start.get();
            } catch (ExecutionException e) {
                throw new IOException("the cluster did not start", e.getCause());
            }
        }
    }

    /** The servers. */
    public List<EtcdServer> servers() {
        return List.copyOf(servers);
    }

    /** The one that leads. */
    public EtcdServer leader() throws IOException, InterruptedException {
        for (EtcdServer server : servers) {
            if (server.isLeader()) {
                return server;
            }
        }
        throw new IOException("no server leads");
    }

    /** Has another server lead. */
    public void moveLeader(EtcdServer to) throws IOException, InterruptedException {
        leader().ask("/v3/maintenance/transfer-leadership", "{\"targetID\":\"" + to.memberId() + "\"}");
    }

    /** All addresses, as in a URL. */
    public String authority() {
        return servers.stream().map(EtcdServer::authority).collect(Collectors.joining(","));
    }

    /** Kills all and removes what they stored. */
    @Override
    public void close() throws IOException {
        for (EtcdServer server : servers) {
            server.close();
        }
    }
}
