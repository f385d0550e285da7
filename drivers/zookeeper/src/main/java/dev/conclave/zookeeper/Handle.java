package dev.conclave.zookeeper;

import dev.conclave.zookeeper.Nodes.Content;
import dev.conclave.zookeeper.Nodes.Created;
import dev.conclave.zookeeper.Nodes.Listed;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * One session of the ZooKeeper client, with its connection. Requests go out in the order in which they are made, without waiting for
 * each other, and are answered in that order: the driver leans on both. Thread-safe.
 */
final class Handle {
    private static final Set<Code> ANSWERS =
            EnumSet.of(Code.OK, Code.NONODE, Code.NODEEXISTS, Code.NOTEMPTY, Code.BADVERSION);

    /** Told of the connection; on the client's thread for events. */
    interface Listener {
        /** The connection broke; the client is looking for another. */
        void broke(Handle handle);

        /** The connection is back, and so are all watches, but what happened meanwhile was not told. */
        void back(Handle handle);

        /** The server ended the session. This handle is of no more use. */
        void expired(Handle handle);
    }

    private final CompletableFuture<Handle> connected = new CompletableFuture<>();
    private final List<ACL> acl;
    private final Listener listener;
    private final Client client;
    private final long ttlNanos;
    private volatile long brokenSince = System.nanoTime();
    private volatile boolean broken = true;
    private volatile boolean over;

    Handle(Deployment deployment, Duration ttl, Listener listener) throws IOException {
        this.acl = deployment.acl();
        this.listener = listener;
        this.ttlNanos = ttl.toNanos();
        this.client = new Client(deployment, Math.toIntExact(ttl.toMillis()), this::connection);
        deployment.authenticate(client);
    }

    /** Takes another client's session over, to end it. */
    Handle(Deployment deployment, Duration ttl, Listener listener, long id, byte[] password) throws IOException {
        this.acl = deployment.acl();
        this.listener = listener;
        this.ttlNanos = ttl.toNanos();
        this.client = new Client(deployment, Math.toIntExact(ttl.toMillis()), this::connection, id, password);
    }

    private void connection(WatchedEvent event) {
        if (event.getType() != Watcher.Event.EventType.None) {
            return;
        }
        switch (event.getState()) {
            case SyncConnected -> {
                broken = false;
                if (!connected.complete(this)) {
                    listener.back(this);
                }
            }
            case Disconnected -> {
                brokenSince = System.nanoTime();
                broken = true;
                listener.broke(this);
            }
            case Expired, AuthFailed -> {
                over = true;
                connected.completeExceptionally(KeeperException.create(
                        event.getState() == Watcher.Event.KeeperState.Expired ? Code.SESSIONEXPIRED : Code.AUTHFAILED));
                listener.expired(this);
            }
            default -> {
                // Closed by ourselves, or authenticated: nothing changes for those who use it.
            }
        }
    }

    /** Completes when the server has opened the session. */
    CompletableFuture<Handle> connected() {
        return connected;
    }

    /** Whether the connection is away after it was there: the session may have ended meanwhile. */
    boolean hasBroken() {
        return broken && connected.isDone();
    }

    /** Whether the session is over as far as we were told. */
    boolean isOver() {
        return over;
    }

    /**
     * Whether it is better to open another. A client can go on for ever with a server that has forgotten everything and refuses it for
     * having seen more.
     */
    boolean isHopeless() {
        return over || (broken && System.nanoTime() - brokenSince > patienceNanos());
    }

    /** How long the server keeps the session without a connection; until it has said so, what we ask for. */
    private long patienceNanos() {
        return Math.max(ttlNanos, negotiated().toNanos());
    }

    Duration negotiated() {
        return Duration.ofMillis(client.getSessionTimeout());
    }

    long sessionId() {
        return client.getSessionId();
    }

    byte[] password() {
        return client.getSessionPasswd();
    }

    CompletableFuture<Reply<Created>> create(String path, byte[] data, CreateMode mode) {
        Answer<Created> answer = new Answer<>();
        client.create(
                path,
                data,
                acl,
                mode,
                (rc, asked, context, name, stat) ->
                        answer.came(rc, asked, name == null ? null : new Created(name, stat)),
                null);
        return answer;
    }

    /** An operation of {@link #multi} whose result tells the node's name and czxid. */
    Op creating(String path, byte[] data, CreateMode mode) {
        return Op.create(
                path,
                data,
                org.apache.zookeeper.CreateOptions.newBuilder(acl, mode).build());
    }

    /** All or nothing; the refusal is that of the first operation that was refused. */
    CompletableFuture<Reply<List<OpResult>>> multi(Op... operations) {
        Answer<List<OpResult>> answer = new Answer<>();
        client.multi(
                List.of(operations),
                (rc, path, context, results) -> answer.came(refusal(rc, results), path, results),
                null);
        return answer;
    }

    private static int refusal(int rc, @Nullable List<OpResult> results) {
        if (results != null) {
            for (OpResult result : results) {
                if (result instanceof OpResult.ErrorResult error && error.getErr() != 0) {
                    return error.getErr();
                }
            }
        }
        return rc;
    }

    CompletableFuture<Reply<Stat>> setData(String path, byte[] data, int version) {
        Answer<Stat> answer = new Answer<>();
        client.setData(path, data, version, (rc, asked, context, stat) -> answer.came(rc, asked, stat), null);
        return answer;
    }

    CompletableFuture<Reply<Boolean>> delete(String path, int version) {
        Answer<Boolean> answer = new Answer<>();
        client.delete(path, version, (rc, asked, context) -> answer.came(rc, asked, true), null);
        return answer;
    }

    CompletableFuture<Reply<Stat>> exists(String path) {
        Answer<Stat> answer = new Answer<>();
        client.exists(path, false, (rc, asked, context, stat) -> answer.came(rc, asked, stat), null);
        return answer;
    }

    /**
     * Watches a node without children until it is deleted, and tells whether it is there. A watch on its children, since that is not
     * used up when its data change, and is not set at all when there is no such node: one would be kept for a path that never comes back.
     */
    CompletableFuture<Reply<Boolean>> untilGone(String path, Watcher watcher) {
        Answer<Boolean> answer = new Answer<>();
        client.getChildren(path, watcher, (rc, asked, context, none) -> answer.came(rc, asked, true), null);
        return answer;
    }

    CompletableFuture<Reply<Content>> read(String path) {
        Answer<Content> answer = new Answer<>();
        client.getData(
                path,
                false,
                (rc, asked, context, data, stat) -> answer.came(
                        rc, asked, stat == null ? null : new Content(data == null ? "" : Space.text(data), stat)),
                null);
        return answer;
    }

    /** How many servers vote in the ensemble: as it says itself, or if we may not know, as many as were named to us. */
    CompletableFuture<Integer> servers(int named) {
        return read(ZooDefs.CONFIG_NODE).handle((config, failure) -> {
            if (failure != null || !config.isOk()) {
                return named;
            }
            return (int) config.get()
                    .text()
                    .lines()
                    .filter(line -> line.startsWith("server.") && !line.contains(":observer"))
                    .count();
        });
    }

    CompletableFuture<Reply<List<String>>> children(String path) {
        Answer<List<String>> answer = new Answer<>();
        client.getChildren(path, false, (rc, asked, context, names) -> answer.came(rc, asked, names), null);
        return answer;
    }

    /** A node's children and what the server knows of it, at one instant. */
    CompletableFuture<Reply<Listed>> list(String path) {
        Answer<Listed> answer = new Answer<>();
        client.getChildren(
                path,
                false,
                (rc, asked, context, names, stat) ->
                        answer.came(rc, asked, stat == null ? null : new Listed(names, stat)),
                null);
        return answer;
    }

    /** What follows on this handle sees everything that any member was told before now. */
    CompletableFuture<Reply<Boolean>> sync(String path) {
        Answer<Boolean> answer = new Answer<>();
        client.sync(path, (rc, asked, context) -> answer.came(rc, asked, true), null);
        return answer;
    }

    /** The paths of this session's own ephemeral nodes. */
    CompletableFuture<Reply<List<String>>> ephemerals(String prefix) {
        Answer<List<String>> answer = new Answer<>();
        client.getEphemerals(prefix, (rc, context, paths) -> answer.came(rc, prefix, paths), null);
        return answer;
    }

    CompletableFuture<Reply<Boolean>> addWatch(String path, Watcher watcher, AddWatchMode mode) {
        Answer<Boolean> answer = new Answer<>();
        client.addWatch(path, watcher, mode, (rc, asked, context) -> answer.came(rc, asked, true), null);
        return answer;
    }

    /**
     * Removes all watches of this client on a path; those who watch share none. (To remove a single one, the client asks the server only if it
     * is there.) Nothing depends on whether this succeeds: a watch that stays wakes nobody.
     */
    void removeWatches(String path) {
        client.removeAllWatches(path, Watcher.WatcherType.Any, true, (rc, asked, context) -> {}, null);
    }

    /** Ends the session; completes when the server has confirmed it, and fails if it could not. */
    CompletableFuture<Void> end() {
        boolean begun = client.getSessionId() != 0;
        over = true;
        connected.completeExceptionally(KeeperException.create(Code.SESSIONEXPIRED));
        return client.end().handle((code, failure) -> {
            if (begun && code != Code.OK && code != Code.SESSIONEXPIRED) {
                throw new java.util.concurrent.CompletionException(KeeperException.create(code));
            }
            return null;
        });
    }

    /** A reply that is awaited. Completed on the client's thread for events, in the order of the requests. */
    private static final class Answer<T> extends CompletableFuture<Reply<T>> {
        void came(int rc, @Nullable String path, @Nullable T value) {
            Code code = Code.get(rc);
            if (code != null && ANSWERS.contains(code)) {
                complete(new Reply<>(code, value));
            } else {
                completeExceptionally(KeeperException.create(code == null ? Code.SYSTEMERROR : code, path));
            }
        }
    }

    /** The client, which cannot be closed without blocking. */
    @SuppressWarnings("try") // it is never a try's resource, where being interrupted while it closes would matter
    private static final class Client extends ZooKeeper {
        Client(Deployment deployment, int ttlMillis, Watcher watcher) throws IOException {
            super(deployment.connectString(), ttlMillis, watcher, false, deployment.hosts(), deployment.clientConfig());
        }

        Client(Deployment deployment, int ttlMillis, Watcher watcher, long id, byte[] password) throws IOException {
            super(
                    deployment.connectString(),
                    ttlMillis,
                    watcher,
                    id,
                    password,
                    false,
                    deployment.hosts(),
                    deployment.clientConfig());
        }

        /** What {@link #close} does, first without waiting for the server's answer, then with nothing left to wait for. */
        CompletableFuture<Code> end() {
            CompletableFuture<Code> ended = new CompletableFuture<>();
            RequestHeader header = new RequestHeader();
            header.setType(ZooDefs.OpCode.closeSession);
            AsyncCallback.VoidCallback answered = (rc, path, context) -> {
                try {
                    close();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    Code code = Code.get(rc);
                    ended.complete(code == null ? Code.SYSTEMERROR : code);
                }
            };
            cnxn.queuePacket(header, new ReplyHeader(), null, null, answered, null, null, null, null);
            return ended;
        }
    }
}
