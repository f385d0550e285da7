package dev.conclave.zookeeper;

import dev.conclave.BackendUnavailableException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Names;
import dev.conclave.spi.Released;
import dev.conclave.zookeeper.Nodes.Created;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * Claims and releases, as ephemeral sequential nodes below one node for each name.
 *
 * <p>The name's node is there while somebody holds or waits, and only then. So a name that nobody wants is claimed by one transaction that
 * creates both, and given back by one that deletes both: nothing is left of it, and two requests make a cycle. Who finds the name's node
 * there stands in line, and watches the last one before it that must leave first. Who found a line there before expects one again: a
 * transaction that is refused costs the servers as much as one that is not.
 */
final class Claims {
    private static final Duration LOOK_FOR_LOST_SIGNALS = Duration.ofSeconds(30);
    private static final int ANY_VERSION = -1;
    private static final byte[] NOTHING = {};

    /** One call of {@link #claim}. */
    private record Call(OwnSession session, ClaimRequest request, String parent, Entry entry, int turn) {
        ClaimId id() {
            return request.id();
        }

        Handle handle() {
            return session.handle();
        }

        String child() {
            return parent + "/" + Line.prefix(id(), request.shared());
        }

        byte[] data() {
            return Space.bytes(handle().negotiated().toMillis() + " "
                    + Names.encoded(id().session().member()) + " " + request.payload());
        }

        /** Sends something, unless a later call for this request has come. */
        <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> requests) {
            CompletableFuture<CompletableFuture<T>> sent = new CompletableFuture<>();
            boolean mine = entry.inTurn(turn, () -> sent.complete(requests.get()));
            return mine ? sent.join() : Later.failed(overtaken(id()));
        }
    }

    private static BackendUnavailableException overtaken(ClaimId id) {
        return new BackendUnavailableException("a later call for " + id.key() + " has taken this one's place", null);
    }

    CompletableFuture<ClaimReply> claim(OwnSession session, ClaimRequest request) {
        Entry entry = session.entry(request.id());
        Call call = new Call(session, request, session.space().key(request.id().key()), entry, entry.takeTurn());
        CompletableFuture<ClaimReply> claimed = entry.isDoubtful()
                ? find(session, request.id(), entry).thenCompose(found -> resume(call))
                : resume(call);
        return claimed.thenApply(reply -> {
            if (reply instanceof ClaimReply.Busy || reply instanceof ClaimReply.NoSession) {
                session.forget(request.id());
            }
            return reply;
        });
    }

    private CompletableFuture<ClaimReply> resume(Call call) {
        if (call.entry().path() == null) {
            boolean taken = call.request().queue()
                    && call.session().expectsLine(call.id().key());
            return taken ? join(call) : begin(call);
        }
        if (call.entry().isGranted()) {
            return granted(call);
        }
        return call.entry().nothingIsInTheWay()
                ? afterWaiting(call, Entry.Behind.UNKNOWN)
                : line(call).thenCompose(line -> placed(call, line));
    }

    /** The outcome of an earlier call is not known: whatever it sent has had its effect before this looks. */
    private static CompletableFuture<Optional<String>> find(OwnSession session, ClaimId id, Entry entry) {
        String parent = session.space().key(id.key());
        CompletableFuture<Reply<Boolean>> synced = session.handle().sync(parent);
        return session.handle().children(parent).thenCombine(synced, (names, nothing) -> {
            Line line = new Line(names.isOk() ? names.get() : List.of());
            Optional<String> name = line.find(id);
            Optional<String> path = name.map(found -> parent + "/" + found);
            entry.settled(path.orElse(null), 0);
            if (name.isPresent() && line.before(name.get()).isEmpty()) {
                entry.grant(Entry.Behind.UNKNOWN);
            }
            return path;
        });
    }

    /** Nobody holds the name or waits for it, for all that we know. */
    private CompletableFuture<ClaimReply> begin(Call call) {
        return both(call, creatingParent(call), creatingChild(call)).thenCompose(reply -> switch (reply.code()) {
            case OK -> grantedAlone(call);
            case NODEEXISTS -> {
                call.session().foundLine(call.id().key(), true);
                yield call.request().queue() ? join(call) : ask(call);
            }
            default -> Later.done(new ClaimReply.NoSession()); // our life of the namespace was deleted, and all in it
        });
    }

    private static Op creatingParent(Call call) {
        // A container, which the server deletes if it is left empty, as when the last holder dies.
        return call.handle().creating(call.parent(), NOTHING, CreateMode.CONTAINER);
    }

    private static Op creatingChild(Call call) {
        return call.handle().creating(call.child(), call.data(), CreateMode.EPHEMERAL_SEQUENTIAL);
    }

    private static CompletableFuture<Reply<List<OpResult>>> both(Call call, Op... operations) {
        return call.send(() -> {
            call.entry().begin();
            return call.handle().multi(operations).thenApply(reply -> {
                OpResult last = reply.isOk() ? reply.get().get(operations.length - 1) : null;
                if (last instanceof OpResult.CreateResult created) {
                    call.entry().settled(created.getPath(), created.getStat().getCzxid());
                } else {
                    call.entry().settled(null, 0);
                }
                return reply;
            });
        });
    }

    private CompletableFuture<ClaimReply> grantedAlone(Call call) {
        call.entry().grant(Entry.Behind.NOBODY);
        return granted(call);
    }

    /** Stands in line: the place is in the list that is read right behind. */
    private CompletableFuture<ClaimReply> join(Call call) {
        return call.send(() -> {
                    call.entry().begin();
                    return call.handle()
                            .create(call.child(), call.data(), CreateMode.EPHEMERAL_SEQUENTIAL)
                            .thenApply(reply -> noted(call, reply))
                            .thenCombine(line(call), Joined::new);
                })
                .thenCompose(joined -> {
                    if (!joined.created().isOk()) {
                        // The line has just dissolved.
                        call.session().foundLine(call.id().key(), false);
                        return begin(call);
                    }
                    Line.requireOrdered(joined.created().get().path());
                    return placed(call, joined.line());
                });
    }

    private record Joined(Reply<Created> created, Line line) {}

    private static Reply<Created> noted(Call call, Reply<Created> reply) {
        if (reply.isOk()) {
            call.entry().settled(reply.get().path(), reply.get().stat().getCzxid());
        } else {
            call.entry().settled(null, 0);
        }
        return reply;
    }

    private static CompletableFuture<Line> line(Call call) {
        return call.handle()
                .children(call.parent())
                .thenApply(names -> new Line(names.isOk() ? names.get() : List.of()));
    }

    private CompletableFuture<ClaimReply> placed(Call call, Line line) {
        Optional<String> name = line.find(call.id());
        if (name.isEmpty()) {
            // An operator has deleted it.
            call.entry().settled(null, 0);
            return begin(call);
        }
        List<Line.Place> before = line.before(name.get());
        if (before.isEmpty()) {
            return afterWaiting(call, line.behind(name.get()));
        }
        if (!call.request().queue()) {
            return release(call.session(), call.id()).thenApply(released -> new ClaimReply.Busy());
        }
        return await(call, before);
    }

    private CompletableFuture<ClaimReply> await(Call call, List<Line.Place> before) {
        String last = call.parent() + "/" + before.get(before.size() - 1).name();
        return call.send(() -> {
                    call.session().await(call.id(), call.entry(), last, before.size() == 1);
                    return call.handle().untilGone(last, call.session());
                })
                .thenCompose(there -> {
                    if (there.isOk()) {
                        return Later.done(new ClaimReply.Waiting(LOOK_FOR_LOST_SIGNALS));
                    }
                    call.session().process(gone(last));
                    return resume(call);
                });
    }

    private static org.apache.zookeeper.WatchedEvent gone(String path) {
        return new org.apache.zookeeper.WatchedEvent(
                org.apache.zookeeper.Watcher.Event.EventType.NodeDeleted,
                org.apache.zookeeper.Watcher.Event.KeeperState.SyncConnected,
                path);
    }

    /** Somebody has been here, and this request is not to wait: it creates nothing unless it can have the name. */
    private CompletableFuture<ClaimReply> ask(Call call) {
        return line(call).thenCompose(line -> {
            if (line.isDeserted()) {
                return replace(call);
            }
            boolean admitted = line.isEmpty() || (call.request().shared() && line.admitsSharers());
            return admitted ? join(call) : Later.done(new ClaimReply.Busy());
        });
    }

    /** Claims a name whose node a dead holder left behind, if it is still empty. */
    private CompletableFuture<ClaimReply> replace(Call call) {
        Op deleting = Op.delete(call.parent(), ANY_VERSION);
        return both(call, deleting, creatingParent(call), creatingChild(call))
                .thenCompose(reply -> reply.isOk() ? grantedAlone(call) : begin(call));
    }

    /** A candidate can wait for days before it leads: its node's time of change is to be when that began. */
    private CompletableFuture<ClaimReply> afterWaiting(Call call, Entry.Behind behind) {
        String path = call.entry().path();
        call.entry().grant(behind);
        if (path != null && call.id().key().kind() == ClaimKey.Kind.ELECTION) {
            call.session().noteGrant(path, call.data());
        }
        return granted(call);
    }

    private CompletableFuture<ClaimReply> granted(Call call) {
        Entry entry = call.entry();
        long czxid = entry.czxid();
        if (czxid != 0) {
            return Later.done(new ClaimReply.Granted(call.session().space().number(czxid)));
        }
        String path = String.valueOf(entry.path());
        return call.handle().exists(path).thenCompose(there -> {
            if (!there.isOk()) {
                entry.settled(null, 0);
                return begin(call);
            }
            Entry.Behind behind = entry.behind();
            entry.settled(path, there.get().getCzxid());
            entry.grant(behind);
            return granted(call);
        });
    }

    CompletableFuture<Released> release(OwnSession session, ClaimId id) {
        Entry entry = session.entryIfAny(id);
        if (entry == null) {
            Entry unknown = new Entry();
            return find(session, id, unknown).thenCompose(found -> delete(session, unknown, found));
        }
        entry.takeTurn();
        CompletableFuture<Released> released = entry.isDoubtful()
                ? find(session, id, entry).thenCompose(found -> delete(session, entry, found))
                : delete(session, entry, Optional.ofNullable(entry.path()));
        return released.thenApply(outcome -> {
            session.forget(id);
            return outcome;
        });
    }

    private CompletableFuture<Released> delete(OwnSession session, Entry entry, Optional<String> path) {
        if (path.isEmpty()) {
            return Later.done(Released.NOTHING);
        }
        Handle handle = session.handle();
        Released outcome = entry.isGranted() ? Released.HELD : Released.WAITING;
        return switch (entry.behind()) {
            case NOBODY -> dissolve(handle, path.get(), outcome);
            case SOMEBODY ->
                // Who waits behind clears away. If that one has given up since, the server does: the name's node is a
                // container.
                handle.delete(path.get(), ANY_VERSION).thenApply(gone -> gone.isOk() ? outcome : Released.NOTHING);
            case UNKNOWN -> leave(handle, path.get(), outcome);
        };
    }

    /** Gives a line up in which nobody else stood. */
    private static CompletableFuture<Released> dissolve(Handle handle, String path, Released outcome) {
        Op child = Op.delete(path, ANY_VERSION);
        Op parent = Op.delete(Nodes.parent(path), ANY_VERSION);
        return handle.multi(child, parent)
                .thenCompose(reply -> reply.isOk() ? Later.done(outcome) : leave(handle, path, outcome));
    }

    /** Leaves a line; the last one takes the name's node along. */
    static CompletableFuture<Released> leave(Handle handle, String path, Released outcome) {
        String parent = Nodes.parent(path);
        CompletableFuture<Reply<Boolean>> deleted = handle.delete(path, ANY_VERSION);
        CompletableFuture<Reply<Stat>> behind = handle.exists(parent);
        return deleted.thenCompose(gone -> behind.thenCompose(left -> {
            Released released = gone.isOk() ? outcome : Released.NOTHING;
            boolean empty = left.isOk() && left.get().getNumChildren() == 0;
            return empty ? handle.delete(parent, ANY_VERSION).thenApply(done -> released) : Later.done(released);
        }));
    }
}
