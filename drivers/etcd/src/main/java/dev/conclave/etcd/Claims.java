package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import dev.conclave.spi.TimeSource;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.TxnRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Claims and releases. Each request is a key under its session's lease, and its place in line the revision that created it. One
 * transaction finds out whether anything is in the way, and stands in line if so; the lease and the key are written in one, so that no
 * claim stands without a session. Who waits watches the last one in its way, from behind the revision at which that stood there.
 */
final class Claims {
    private static final Duration LOOK_FOR_LOST_SIGNALS = Duration.ofSeconds(30);
    /** Our own place and the one before it. */
    private static final int TWO = 2;

    private final Store store;
    private final Sessions sessions;
    private final Signals signals;
    private final TimeSource time;
    private final Map<ClaimId, Entry> entries = new ConcurrentHashMap<>();

    Claims(Store store, Sessions sessions, Signals signals, TimeSource time) {
        this.store = store;
        this.sessions = sessions;
        this.signals = signals;
        this.time = time;
    }

    /** What is known of a request. */
    private static final class Entry {
        private final boolean shared;
        private long created;
        private boolean granted;
        private boolean over;
        private @Nullable Watch watch;

        Entry(boolean shared) {
            this.shared = shared;
        }

        boolean isShared() {
            return shared;
        }

        synchronized long created() {
            return created;
        }

        synchronized void created(long revision) {
            created = revision;
        }

        synchronized boolean isGranted() {
            return granted;
        }

        synchronized void grant() {
            granted = true;
            cancel();
        }

        synchronized boolean isWatching(ByteString key) {
            return watch != null && watch.key().equals(key) && watch.stands();
        }

        /** Returns false if nobody waits any more. */
        synchronized boolean watch(Watch next) {
            cancel();
            if (!over) {
                watch = next;
            }
            return !over;
        }

        synchronized void end() {
            over = true;
            cancel();
        }

        private void cancel() {
            if (watch != null) {
                watch.cancel();
                watch = null;
            }
        }
    }

    CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        Entry entry = entries.computeIfAbsent(request.id(), id -> new Entry(request.shared()));
        CompletableFuture<ClaimReply> claimed =
                entry.created() == 0 ? begin(request, entry) : look(request, entry, entry.created());
        return claimed.thenApply(reply -> {
            if (reply instanceof ClaimReply.Busy || reply instanceof ClaimReply.NoSession) {
                forget(request.id());
            }
            return reply;
        });
    }

    private void forget(ClaimId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            entry.end();
        }
    }

    void forget(SessionId session) {
        for (ClaimId id : entries.keySet()) {
            if (id.session().equals(session)) {
                forget(id);
            }
        }
    }

    private ByteString own(ClaimRequest request) {
        return store.keys().claim(request.id(), request.shared());
    }

    private ByteString inTheWay(ClaimRequest request) {
        return store.keys().inTheWayOf(request.id().key(), request.shared());
    }

    /** A transaction that puts our key, if the session lives and the key is not there yet. */
    private TxnRequest.Builder putting(ClaimRequest request, Life life) {
        SessionId session = request.id().session();
        ByteString value = Place.text(life, sessions.ttl(session), store.now(), session, request.payload());
        return TxnRequest.newBuilder()
                .addCompare(Ops.present(store.keys().session(session.incarnation())))
                .addCompare(Ops.absent(own(request)))
                .addSuccess(Ops.put(own(request), value, Keys.lease(session)));
    }

    /** Nothing is known of the request, or of what became of it. */
    private CompletableFuture<ClaimReply> begin(ClaimRequest request, Entry entry) {
        ByteString way = inTheWay(request);
        return noSession(store.txn(life -> {
                    TxnRequest.Builder txn = putting(request, life).addCompare(Ops.empty(way, Keys.end(way)));
                    if (request.queue()) {
                        txn.addFailure(Ops.nested(putting(request, life)
                                .addCompare(Ops.same(store.keys().life(), life.text()))));
                    } else {
                        // An operation all the same, so that the positions of the others are the same.
                        txn.addFailure(Ops.look(own(request)));
                    }
                    return txn.addFailure(Ops.get(own(request)))
                            .addFailure(Ops.look(
                                    store.keys().session(request.id().session().incarnation())))
                            .addFailure(Ops.op(Ops.newestFirst(way).setLimit(TWO)));
                })
                .thenCompose(outcome -> outcome.succeeded()
                        ? Later.done(granted(entry, outcome.life().number(outcome.revision()), outcome.revision()))
                        : begun(request, entry, outcome)));
    }

    private CompletableFuture<ClaimReply> begun(ClaimRequest request, Entry entry, Store.Outcome outcome) {
        if (!outcome.isThere(2)) {
            return Later.done(new ClaimReply.NoSession());
        }
        if (!outcome.isThere(1)) {
            return Later.done(new ClaimReply.Busy());
        }
        KeyValue own = outcome.found(1).get(0);
        entry.created(own.getCreateRevision());
        boolean stoodThere = own.getCreateRevision() != outcome.revision();
        if (stoodThere) {
            return look(request, entry, own.getCreateRevision()); // an earlier call for this request had its effect
        }
        List<KeyValue> before = outcome.found(3).stream()
                .filter(place -> !place.getKey().equals(own.getKey()))
                .toList();
        return placed(request, entry, own, before, outcome.revision());
    }

    private CompletableFuture<ClaimReply> look(ClaimRequest request, Entry entry, long created) {
        ByteString way = inTheWay(request);
        return store.txn(life -> TxnRequest.newBuilder()
                        .addSuccess(Ops.get(own(request)))
                        .addSuccess(Ops.op(Ops.newestFirst(way)
                                .setMaxCreateRevision(created - 1)
                                .setLimit(1))))
                .thenCompose(outcome -> {
                    if (!outcome.isThere(0)) {
                        entry.created(0); // an operator has deleted it, or the session is over
                        return begin(request, entry);
                    }
                    KeyValue own = outcome.found(0).get(0);
                    if (own.getCreateRevision() != created) {
                        entry.created(own.getCreateRevision());
                        return look(request, entry, own.getCreateRevision());
                    }
                    return placed(request, entry, own, outcome.found(1), outcome.revision());
                });
    }

    private CompletableFuture<ClaimReply> placed(
            ClaimRequest request, Entry entry, KeyValue own, List<KeyValue> before, long revision) {
        if (!before.isEmpty()) {
            await(request.id(), entry, before.get(0).getKey(), revision);
            return Later.done(new ClaimReply.Waiting(LOOK_FOR_LOST_SIGNALS));
        }
        if (request.id().key().kind() == ClaimKey.Kind.ELECTION && !entry.isGranted()) {
            return note(request, entry, own);
        }
        return Later.done(granted(entry, Place.token(own), own.getCreateRevision()));
    }

    private static ClaimReply granted(Entry entry, long token, long created) {
        entry.created(created);
        entry.grant();
        return new ClaimReply.Granted(token);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure is signalled, and the next look tries again
    private void await(ClaimId id, Entry entry, ByteString last, long revision) {
        if (!entry.isWatching(last)) {
            Subject.Request request = new Subject.Request(id);
            Watch watch = new Watch(last, null, revision + 1, events -> signals.changed(request));
            if (entry.watch(watch)) {
                // A stream that took no watch up before it ended is no break for anybody else.
                store.line().watch(watch).whenComplete((taken, failure) -> {
                    if (failure != null) {
                        time.schedule(Line.SETTLED, () -> signals.changed(request));
                    }
                });
            }
        }
    }

    /** A candidate can wait for days before it leads: since when is to be said from when that began. */
    private CompletableFuture<ClaimReply> note(ClaimRequest request, Entry entry, KeyValue own) {
        SessionId session = request.id().session();
        long base = Place.token(own) - own.getCreateRevision();
        ByteString value = Place.text(
                new Life(ByteString.EMPTY, base), sessions.ttl(session), store.now(), session, request.payload());
        return noSession(store.txn(life -> TxnRequest.newBuilder()
                        .addCompare(Ops.created(own.getKey(), own.getCreateRevision()))
                        .addSuccess(Ops.put(own.getKey(), value, Keys.lease(session))))
                .thenCompose(outcome -> {
                    if (outcome.succeeded()) {
                        return Later.done(granted(entry, Place.token(own), own.getCreateRevision()));
                    }
                    entry.created(0);
                    return begin(request, entry);
                }));
    }

    /** A key cannot be put under a lease that is over. */
    private static CompletableFuture<ClaimReply> noSession(CompletableFuture<ClaimReply> claimed) {
        return claimed.exceptionallyCompose(failure -> {
            Throwable cause = Later.cause(failure);
            return Failures.isLeaseMissing(cause) ? Later.done(new ClaimReply.NoSession()) : Later.failed(cause);
        });
    }

    CompletableFuture<Released> release(ClaimId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            entry.end();
        }
        return entry != null && entry.isGranted() ? releaseHeld(id, entry.isShared()) : releaseWhatever(id);
    }

    private CompletableFuture<Released> releaseHeld(ClaimId id, boolean shared) {
        DeleteRangeRequest request = DeleteRangeRequest.newBuilder()
                .setKey(store.keys().claim(id, shared))
                .build();
        return store.line()
                .call(KVGrpc.getDeleteRangeMethod(), request)
                .thenApply(response -> response.getDeleted() > 0 ? Released.HELD : Released.NOTHING);
    }

    /** Of a request of which it is not known if it stands, waits or ever was. */
    private CompletableFuture<Released> releaseWhatever(ClaimId id) {
        ByteString line = store.keys().claims(id.key());
        ByteString writers = store.keys().inTheWayOf(id.key(), true);
        ByteString exclusive = store.keys().claim(id, false);
        ByteString shared = store.keys().claim(id, true);
        return store.txn(life -> TxnRequest.newBuilder()
                        .addSuccess(Ops.look(exclusive))
                        .addSuccess(Ops.look(shared))
                        .addSuccess(Ops.op(Ops.byAge(line).setKeysOnly(true).setLimit(1)))
                        .addSuccess(Ops.op(Ops.byAge(writers).setKeysOnly(true).setLimit(1)))
                        .addSuccess(Ops.delete(exclusive))
                        .addSuccess(Ops.delete(shared)))
                .thenApply(outcome -> {
                    if (outcome.isThere(0)) {
                        boolean first = outcome.found(2).get(0).getKey().equals(exclusive);
                        return first ? Released.HELD : Released.WAITING;
                    }
                    if (outcome.isThere(1)) {
                        long created = outcome.found(1).get(0).getCreateRevision();
                        boolean behind = outcome.found(3).stream().anyMatch(w -> w.getCreateRevision() < created);
                        return behind ? Released.WAITING : Released.HELD;
                    }
                    return Released.NOTHING;
                });
    }

    void wakeAll() {
        entries.forEach((id, entry) -> {
            if (!entry.isGranted()) {
                signals.changed(new Subject.Request(id));
            }
        });
    }
}
