package dev.conclave.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/** Three real ZooKeeper servers, any two of which are a quorum. Not thread-safe. */
public final class ZooKeeperEnsemble implements AutoCloseable {
    private static final int SIZE = 3;

    private final List<ZooKeeperServer> servers = new ArrayList<>();

    private ZooKeeperEnsemble() {}

    /** Starts the three and waits until each serves. */
    public static ZooKeeperEnsemble start() throws IOException, InterruptedException {
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble();
        try {
            Map<String, String> members = new TreeMap<>();
            for (int id = 1; id <= SIZE; id++) {
                members.put("server." + id, "127.0.0.1:" + Ports.free() + ":" + Ports.free());
            }
            for (int id = 1; id <= SIZE; id++) {
                ensemble.servers.add(ZooKeeperServer.member(Ports.free(), id, members));
            }
            start(ensemble.servers);
            return ensemble;
        } catch (IOException | InterruptedException | RuntimeException e) {
            ensemble.close();
            throw e;
        }
    }

    /** Starts servers side by side: none of them serves before a quorum is up. */
    public static void start(List<ZooKeeperServer> servers) throws IOException, InterruptedException {
        List<FutureTask<Void>> starts = new ArrayList<>();
        for (ZooKeeperServer server : servers) {
            FutureTask<Void> start = new FutureTask<>(() -> {
                server.start0();
                return null;
            });
            starts.add(start);
            new Thread(start, "start of " + server.authority()).start();
        }
        for (FutureTask<Void> start : starts) {
            try {
                start.get();
            } catch (ExecutionException e) {
                throw new IOException("the ensemble did not start", e.getCause());
            }
        }
    }

    /** The servers by their numbers. */
    public List<ZooKeeperServer> servers() {
        return List.copyOf(servers);
    }

    /** The one that leads the quorum. */
    public ZooKeeperServer leader() throws IOException {
        for (ZooKeeperServer server : servers) {
            if (server.isLeader()) {
                return server;
            }
        }
        throw new IOException("no server leads");
    }

    /** All addresses, as in a connect string. */
    public String connectString() {
        return servers.stream().map(ZooKeeperServer::authority).collect(Collectors.joining(","));
    }

    /** Kills all and removes what they stored. */
    @Override
    public void close() throws IOException {
        for (ZooKeeperServer server : servers) {
            server.close();
        }
    }
}
