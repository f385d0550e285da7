package dev.conclave.bench.peers;

import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/** Create an ephemeral node, delete it: two writes. */
final class ZooKeeperFloor implements Client {
    private static final String ROOT = "/floor";
    private static final byte[] EMPTY = {};

    private final ZooKeeper zooKeeper;

    ZooKeeperFloor(String url) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        zooKeeper = new ZooKeeper(Addresses.authority(url), 30_000, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("ZooKeeper at " + url + " did not connect within 30 s");
        }
        try {
            zooKeeper.create(ROOT, EMPTY, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
            // Another client of this run was first.
        }
    }

    @Override
    public Mutex mutex(String name) {
        String path = ROOT + "/" + name;
        return new Mutex() {
            @Override
            public void acquire() throws Exception {
                zooKeeper.create(path, EMPTY, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
            }

            @Override
            public void release() throws Exception {
                zooKeeper.delete(path, -1);
            }
        };
    }

    @Override
    public void close() throws Exception {
        zooKeeper.close();
    }
}
