package dev.conclave.servers;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Three real ZooKeeper servers. */
public final class ZooKeeperEnsemble extends Quorum<ZooKeeperServer> {
    private ZooKeeperEnsemble() {}

    /** Starts the three and waits until each serves. */
    public static ZooKeeperEnsemble start() throws IOException, InterruptedException {
        ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble();
        ensemble.startAll();
        return ensemble;
    }

    @Override
    void prepare(List<ZooKeeperServer> servers) throws IOException {
        Map<String, String> members = new TreeMap<>();
        for (int id = 1; id <= SIZE; id++) {
            members.put("server." + id, "127.0.0.1:" + Ports.free() + ":" + Ports.free());
        }
        for (int id = 1; id <= SIZE; id++) {
            servers.add(ZooKeeperServer.member(Ports.free(), id, members));
        }
    }

    @Override
    boolean isLeader(ZooKeeperServer server) throws IOException {
        return server.isLeader();
    }
}
