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
 * Claims and releases. Each request is a {@linkplain OwnKeys key} under its session's lease, and its place in line the revision that created it. One
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
    private final OwnKeys ownKeys;
    private final Map<ClaimId, Entry> entries = new ConcurrentHashMap<>();

    Claims(Store store, Sessions sessions, Signals signals, TimeSource time) {
        this.store = store;
        this.sessions = sessions;
        this.signals = signals;
        this.time = time;
        this.ownKeys = new OwnKeys(store.keys());
    }

    /** What is known of a request. */
    private static final class Entry {
        private ByteString key;
        private final boolean shared;
        private int unanswered;
        private boolean unsure;
        private long created;
        private boolean granted;
        private boolean over;
        private @Nullable Watch watch;

        Entry(ByteString key, boolean shared) {
            this.key = key;
            this.shared = shared;
        }

        synchronized ByteString key() {
            return key;
        }

        synchronized void key(ByteString another) {
            key = another;
        }

        boolean isShared() {
            return shared;
        }

        synchronized void asked() {
            unanswered++;
        }

        synchronized void answered(@Nullable Throwable failure) {
            unanswered--;
            unsure |= failure != null;
        }

        /** Whether all that was asked has been answered, and so has no effect later. */
        synchronized boolean isSettled() {
            return unanswered == 0 && !unsure;
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
        Entry entry = entries.computeIfAbsent(
                request.id(), id -> new Entry(ownKeys.take(id, request.shared()), request.shared()));
        entry.asked();
        CompletableFuture<ClaimReply> claimed =
                entry.created() == 0 ? begin(request, entry) : look(request, entry, entry.created());
        return claimed.whenComplete((reply, failure) -> entry.answered(failure)).thenApply(reply -> {
            if (reply instanceof ClaimReply.Busy || reply instanceof ClaimReply.NoSession) {
                forget(request.id());
            }
            return reply;
        });
    }

    /** The key of a request that is known here. */
    @Nullable
    ByteString keyOf(ClaimId id) {
        Entry entry = entries.get(id);
        return entry == null ? null : entry.key();
    }

    /** Of a request that has no key. */
    private void forget(ClaimId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            entry.end();
            freeIfSettled(entry);
        }
    }

    private void freeIfSettled(Entry entry) {
        if (entry.isSettled()) {
            ownKeys.free(entry.key());
        }
    }

    void forget(SessionId session) {
        for (ClaimId id : entries.keySet()) {
            if (id.session().equals(session)) {
                forget(id);
            }
        }
        ownKeys.forget(session);
    }

    private ByteString inTheWay(ClaimRequest request) {
        return store.keys().inTheWayOf(request.id().key(), request.shared());
    }

    /** A transaction that puts our key, if the session lives and the key is not there yet. */
    private TxnRequest.Builder putting(ClaimRequest request, Entry entry, Life life) {
        SessionId session = request.id().session();
        ByteString value = Place.text(life, sessions.ttl(session), store.now(), request.id(), request.payload());
        return TxnRequest.newBuilder()
                .addCompare(Ops.present(store.keys().session(session.incarnation())))
                .addCompare(Ops.absent(entry.key()))
                .addSuccess(Ops.put(entry.key(), value, Keys.lease(session)));
    }

    /** Nothing is known of the request, or of what became of it. */
    private CompletableFuture<ClaimReply> begin(ClaimRequest request, Entry entry) {
        ByteString way = inTheWay(request);
        return noSession(store.txn(life -> {
                    TxnRequest.Builder txn = putting(request, entry, life).addCompare(Ops.empty(way, Keys.end(way)));
                    if (request.queue()) {
                        txn.addFailure(Ops.nested(putting(request, entry, life)
                                .addCompare(Ops.same(store.keys().life(), life.text()))));
                    } else {
                        // An operation all the same, so that the positions of the others are the same.
                        txn.addFailure(Ops.look(entry.key()));
                    }
                    return txn.addFailure(Ops.get(entry.key()))
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
        if (Place.sequence(own) != request.id().sequence()) {
            // Another request's of this session, of which nothing is known here: a snapshot was restored. Its token is
            // old.
            entry.key(store.keys().claim(request.id(), request.shared()));
            return begin(request, entry);
        }
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
                        .addSuccess(Ops.get(entry.key()))
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
                new Life(ByteString.EMPTY, base), sessions.ttl(session), store.now(), request.id(), request.payload());
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
        if (entry == null) {
            return releaseUnknown(id);
        }
        entry.end();
        CompletableFuture<Released> released =
                entry.isGranted() ? releaseHeld(entry.key()) : releaseRequest(id.key(), entry.key(), entry.isShared());
        return released.thenApply(what -> {
            if (what != Released.NOTHING) {
                freeIfSettled(entry);
            }
            return what;
        });
    }

    private CompletableFuture<Released> releaseHeld(ByteString key) {
        DeleteRangeRequest request = DeleteRangeRequest.newBuilder().setKey(key).build();
        return store.line()
                .call(KVGrpc.getDeleteRangeMethod(), request)
                .thenApply(response -> response.getDeleted() > 0 ? Released.HELD : Released.NOTHING);
    }

    /** Of a request of which it is not known if it stands or waits. */
    private CompletableFuture<Released> releaseRequest(ClaimKey name, ByteString key, boolean shared) {
        ByteString way = store.keys().inTheWayOf(name, shared);
        return store.txn(life -> TxnRequest.newBuilder()
                        .addSuccess(Ops.look(key))
                        .addSuccess(Ops.op(Ops.byAge(way).setKeysOnly(true).setLimit(1)))
                        .addSuccess(Ops.delete(key)))
                .thenApply(outcome -> {
                    if (!outcome.isThere(0)) {
                        return Released.NOTHING;
                    }
                    long created = outcome.found(0).get(0).getCreateRevision();
                    boolean behind = outcome.found(1).stream().anyMatch(before -> before.getCreateRevision() < created);
                    return behind ? Released.WAITING : Released.HELD;
                });
    }

    /** Of a request of which nothing is known, or of which a release was sent before. */
    private CompletableFuture<Released> releaseUnknown(ClaimId id) {
        return store.read(Ops.range(store.keys().claims(id.key()))).thenCompose(outcome -> {
            for (KeyValue stored : outcome.found(0)) {
                Place place = Place.of(id.key(), store.keys().claims(id.key()), stored);
                if (place.id().equals(id)) {
                    return releaseFound(place);
                }
            }
            return Later.done(Released.NOTHING);
        });
    }

    /** Its key may belong to the next request by now. */
    private CompletableFuture<Released> releaseFound(Place place) {
        ByteString way = store.keys().inTheWayOf(place.id().key(), place.shared());
        return store.txn(life -> TxnRequest.newBuilder()
                        .addCompare(Ops.created(place.key(), place.created()))
                        .addSuccess(Ops.op(Ops.byAge(way).setKeysOnly(true).setLimit(1)))
                        .addSuccess(Ops.delete(place.key())))
                .thenApply(outcome -> {
                    if (!outcome.succeeded()) {
                        return Released.NOTHING;
                    }
                    boolean behind =
                            outcome.found(0).stream().anyMatch(before -> before.getCreateRevision() < place.created());
                    return behind ? Released.WAITING : Released.HELD;
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
