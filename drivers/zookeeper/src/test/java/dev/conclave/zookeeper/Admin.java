package dev.conclave.zookeeper;

import dev.conclave.servers.ZooKeeperServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;

/** An operator with a plain client. */
final class Admin implements AutoCloseable {
    private static final Pattern SESSION = Pattern.compile("recved=(\\d+),sent=\\d+,sid=");
    private static final int ANY_VERSION = -1;

    private final ZooKeeper client;

    Admin(String hostPort) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        client = new ZooKeeper(hostPort, 10_000, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no connection to " + hostPort);
        }
    }

    ZooKeeper client() {
        return client;
    }

    /** How many requests a server got so far by the sessions that stand, so that the question itself does not count. */
    static long received(ZooKeeperServer server) throws IOException {
        return SESSION.matcher(server.command("cons"))
                .results()
                .mapToLong(each -> Long.parseLong(each.group(1)))
                .sum();
    }

    /** Makes a node that only those with a user and password may use. */
    void secure(String path, String user, String password) throws Exception {
        client.addAuthInfo("digest", (user + ":" + password).getBytes(StandardCharsets.UTF_8));
        client.create(path, new byte[0], ZooDefs.Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
    }

    void create(String path, List<ACL> acl) throws Exception {
        client.create(path, new byte[0], acl, CreateMode.PERSISTENT);
    }

    /** Deletes all nodes but the server's own, also those that are created meanwhile. */
    void deleteAll() throws Exception {
        for (String child : client.getChildren("/", false)) {
            if (!child.equals("zookeeper")) {
                delete("/" + child);
            }
        }
    }

    void delete(String path) throws Exception {
        while (true) {
            try {
                for (String child : client.getChildren(path, false)) {
                    delete(path + "/" + child);
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

    /** How many nodes are at a path and below. */
    long count(String path) throws Exception {
        return client.exists(path, false) == null ? 0 : 1 + client.getAllChildrenNumber(path);
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
