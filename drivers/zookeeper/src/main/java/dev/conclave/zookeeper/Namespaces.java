package dev.conclave.zookeeper;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Finds the present life of the namespace, and begins one where there is none. Thread-safe. */
final class Namespaces {
    private static final byte[] NOTHING = {};

    private final String path;
    private final Runnable wakeWatchers;
    private volatile @Nullable Space present;

    /** @param wakeWatchers signals all that is watched: after a deletion it stands on nodes that never come back */
    Namespaces(Deployment deployment, Runnable wakeWatchers) {
        this.path = deployment.namespace();
        this.wakeWatchers = wakeWatchers;
    }

    /** The life that was found last, or is found now. */
    CompletableFuture<Space> space(Handle handle) {
        Space known = present;
        return known == null ? find(handle) : Later.done(known);
    }

    /** Looks for the present life. */
    CompletableFuture<Space> find(Handle handle) {
        CompletableFuture<Reply<Boolean>> synced = handle.sync(path);
        CompletableFuture<Reply<Stat>> looked = handle.exists(path);
        return synced.thenCompose(done -> looked)
                .thenCompose(there -> there.isOk()
                        ? enter(handle, there.get())
                        : create(handle, path).thenCompose(created -> find(handle)));
    }

    private CompletableFuture<Space> enter(Handle handle, Stat stat) {
        Space space = Space.of(path, stat);
        // Read and not only looked for: with a wrong password that is refused.
        return handle.children(space.root()).thenCompose(parts -> {
            if (parts.isOk() && parts.get().containsAll(Space.PARTS)) {
                enter(space);
                return Later.done(space);
            }
            return furnish(handle, space, stat);
        });
    }

    private void enter(Space space) {
        Space before = present;
        present = space;
        if (before != null && !before.equals(space)) {
            wakeWatchers.run();
        }
    }

    private CompletableFuture<Space> furnish(Handle handle, Space space, Stat stat) {
        List<CompletableFuture<Reply<Nodes.Created>>> parts = new ArrayList<>();
        parts.add(handle.create(space.root(), NOTHING, CreateMode.PERSISTENT));
        Space.PARTS.forEach(
                part -> parts.add(handle.create(space.root() + "/" + part, NOTHING, CreateMode.PERSISTENT)));
        CompletableFuture<Reply<Stat>> still = handle.exists(path);
        return Later.all(parts)
                .thenCompose(created -> still.thenCompose(now -> {
                    // The same node now as before: then it was the same when the parts were created.
                    boolean same = now.isOk() && now.get().getCzxid() == stat.getCzxid();
                    return same ? enter(handle, stat) : find(handle);
                }));
    }

    private static CompletableFuture<Boolean> create(Handle handle, String path) {
        return handle.create(path, NOTHING, CreateMode.PERSISTENT)
                .thenCompose(reply -> reply.is(Code.NONODE)
                        ? create(handle, Nodes.parent(path)).thenCompose(parent -> create(handle, path))
                        : Later.done(true));
    }

    /** A step of one who looks, in the present life of the namespace, after everything that any member was told before. */
    <T> CompletableFuture<T> look(Handle handle, BiFunction<Handle, Space, CompletableFuture<T>> step) {
        return space(handle).thenCompose(space -> {
            CompletableFuture<Reply<Boolean>> synced = handle.sync(space.root());
            CompletableFuture<Reply<Stat>> there = handle.exists(space.root());
            CompletableFuture<T> result = step.apply(handle, space);
            return synced.thenCombine(there, (done, root) -> root)
                    .thenCompose(root -> root.isOk() ? result : find(handle).thenCompose(found -> look(handle, step)));
        });
    }
}
