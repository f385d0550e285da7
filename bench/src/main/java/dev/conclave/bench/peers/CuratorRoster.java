package dev.conclave.bench.peers;

import dev.conclave.bench.Roster;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;

/** The two parts of GroupMember, each where it is wanted: a node to be listed, and a cache of the group to watch. */
final class CuratorRoster implements Roster {
    private final CuratorFramework curator;
    private final String path;
    private final String member;
    private PersistentNode membership;
    private CuratorCache cache;

    CuratorRoster(CuratorFramework curator, String path, String member) {
        this.curator = curator;
        this.path = path;
        this.member = member;
    }

    @Override
    public void watch(Listener listener) throws Exception {
        curator.createContainers(path);
        CountDownLatch first = new CountDownLatch(1);
        cache = CuratorCache.build(curator, path);
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreates(node -> told(node, listener::joined))
                        .forDeletes(node -> told(node, listener::left))
                        .forInitialized(first::countDown)
                        .build());
        cache.start();
        if (!first.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("no first view of " + path + " within 60 s");
        }
    }

    private void told(ChildData node, java.util.function.Consumer<String> tell) {
        if (!node.getPath().equals(path)) {
            tell.accept(node.getPath().substring(path.length() + 1));
        }
    }

    @Override
    public void join() {
        membership = new PersistentNode(curator, CreateMode.EPHEMERAL, false, path + "/" + member, new byte[0]);
        membership.start();
    }

    @Override
    public void leave() throws IOException {
        membership.close();
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
        }
    }
}
