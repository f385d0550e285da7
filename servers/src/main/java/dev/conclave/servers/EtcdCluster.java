package dev.conclave.servers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Three real etcd servers. */
public final class EtcdCluster extends Quorum<EtcdServer> {
    private EtcdCluster() {}

    /** Starts the three and waits until each serves. */
    public static EtcdCluster start() throws IOException, InterruptedException {
        EtcdCluster cluster = new EtcdCluster();
        cluster.startAll();
        return cluster;
    }

    @Override
    void prepare(List<EtcdServer> servers) throws IOException {
        List<Integer> peerPorts = new ArrayList<>();
        List<String> members = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            peerPorts.add(Ports.free());
            members.add("server" + i + "=http://127.0.0.1:" + peerPorts.get(i));
        }
        List<String> all = List.of("--initial-cluster", String.join(",", members));
        for (int i = 0; i < SIZE; i++) {
            servers.add(new EtcdServer("server" + i, Ports.free(), peerPorts.get(i), all));
        }
    }

    @Override
    boolean isLeader(EtcdServer server) throws IOException, InterruptedException {
        return server.isLeader();
    }

    /** Has another server lead; asks again if an election comes between, or the transfer is given up. */
    public void moveLeader(EtcdServer to) throws IOException, InterruptedException {
        String target = "{\"targetID\":\"" + to.memberId() + "\"}";
        Waiting.until(() -> leads(to) || (isHandedOver(target) && leads(to)), "another server to lead");
    }

    private boolean isHandedOver(String target) throws InterruptedException {
        try {
            leader().ask("/v3/maintenance/transfer-leadership", target);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
