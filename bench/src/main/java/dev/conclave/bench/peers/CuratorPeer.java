package dev.conclave.bench.peers;

import dev.conclave.bench.Candidate;
import dev.conclave.bench.Client;
import dev.conclave.bench.Mutex;
import dev.conclave.bench.Roster;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessLock;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreMutex;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;

/** Curator's recipes: a mutex, LeaderLatch and the parts of GroupMember. */
final class CuratorPeer implements Client {
    private final CuratorFramework curator;
    private final String member;
    private final boolean semaphore;
    private int crowd;

    CuratorPeer(String url, String member, boolean semaphore) throws InterruptedException {
        curator = CuratorFrameworkFactory.newClient(Addresses.authority(url), new ExponentialBackoffRetry(1_000, 3));
        curator.start();
        if (!curator.blockUntilConnected(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Curator did not connect to " + url + " within 30 s");
        }
        this.member = member;
        this.semaphore = semaphore;
    }

    @Override
    public Mutex mutex(String name) {
        String path = "/curator-locks/" + (semaphore ? "semaphore-" : "") + name;
        InterProcessLock lock =
                semaphore ? new InterProcessSemaphoreMutex(curator, path) : new InterProcessMutex(curator, path);
        return new Mutex() {
            @Override
            public void acquire() throws Exception {
                lock.acquire();
            }

            @Override
            public void release() throws Exception {
                lock.release();
            }
        };
    }

    @Override
    public Candidate candidate(String election) {
        return new Candidate() {
            private LeaderLatch latch;

            @Override
            public void campaign() throws Exception {
                latch = new LeaderLatch(curator, "/curator-elections/" + election, member);
                latch.start();
            }

            @Override
            public void awaitLeadership() throws Exception {
                latch.await();
            }

            @Override
            public void stepDown() throws Exception {
                latch.close();
            }
        };
    }

    @Override
    public Roster roster(String group) {
        return new CuratorRoster(curator, "/curator-groups/" + group, member);
    }

    @Override
    public void crowd(String group, int members) throws Exception {
        List<PersistentNode> nodes = new ArrayList<>();
        for (; crowd < members; crowd++) {
            // What GroupMember does, less the cache of the whole group that each of them would keep.
            PersistentNode node = new PersistentNode(
                    curator, CreateMode.EPHEMERAL, false, "/curator-groups/" + group + "/crowd-" + crowd, new byte[0]);
            node.start();
            nodes.add(node);
        }
        for (PersistentNode node : nodes) {
            if (!node.waitForInitialCreate(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a member of the crowd could not join within 60 s");
            }
        }
    }

    @Override
    public void close() {
        curator.close();
    }
}
