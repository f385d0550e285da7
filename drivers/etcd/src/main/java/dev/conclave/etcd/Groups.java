package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Names;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.TxnRequest;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Groups as keys, and enrolments as keys under their sessions' leases, named by the member. Thread-safe. */
final class Groups {
    private final Store store;
    /** The number of the newest revision of a step on a group that we have completed: what is told of any must be at least as new. */
    private final AtomicLong newest = new AtomicLong();

    Groups(Store store) {
        this.store = store;
    }

    long newest() {
        return newest.get();
    }

    private <T> T completed(Store.Outcome outcome, T result) {
        newest.accumulateAndGet(outcome.life().number(outcome.revision()), Math::max);
        return result;
    }

    /** What a transaction that creates the group puts. */
    private TxnRequest.Builder creating(TxnRequest.Builder txn, String group) {
        return txn.addCompare(Ops.absent(store.keys().group(group)))
                .addSuccess(Ops.put(store.keys().group(group), ByteString.EMPTY, 0))
                .addSuccess(Ops.put(store.keys().groupName(group), ByteString.EMPTY, 0));
    }

    CompletableFuture<Boolean> create(String group) {
        return store.txn(life -> creating(TxnRequest.newBuilder(), group))
                .thenApply(outcome -> completed(outcome, outcome.succeeded()));
    }

    CompletableFuture<GroupDeletion> delete(String group) {
        ByteString key = store.keys().group(group);
        ByteString firstMember = key.concat(ByteString.copyFrom(new byte[] {0}));
        return store.txn(life -> TxnRequest.newBuilder()
                        .addCompare(Ops.present(key))
                        .addCompare(Ops.empty(firstMember, Keys.end(key)))
                        .addSuccess(Ops.delete(key))
                        .addSuccess(Ops.delete(store.keys().groupName(group)))
                        .addFailure(Ops.look(key)))
                .thenApply(outcome -> {
                    if (outcome.succeeded()) {
                        return completed(outcome, GroupDeletion.DELETED);
                    }
                    return outcome.isThere(0) ? GroupDeletion.NOT_EMPTY : GroupDeletion.NO_GROUP;
                });
    }

    CompletableFuture<Set<String>> names() {
        ByteString prefix = store.keys().groups();
        return store.read(Ops.range(prefix).setKeysOnly(true))
                .thenApply(outcome -> outcome.found(0).stream()
                        .map(name -> Names.decoded(Keys.tail(name.getKey(), prefix)))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    private ByteString member(EnrolmentId id) {
        return store.keys().member(id.group(), id.session().member());
    }

    private ByteString session(EnrolmentId id) {
        return store.keys().session(id.session().incarnation());
    }

    /** What a transaction that lists the session compares and puts; the group is another's business. */
    private TxnRequest.Builder listing(Enrolment enrolment, Compare before) {
        EnrolmentId id = enrolment.id();
        Listing listing = Listing.of(id, store.now(), enrolment.capabilities());
        return TxnRequest.newBuilder()
                .addCompare(Ops.present(session(id)))
                .addCompare(before)
                .addSuccess(Ops.put(member(id), listing.bytes(), Keys.lease(id.session())));
    }

    CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        ByteString group = store.keys().group(enrolment.id().group());
        return enrol(
                enrolment,
                listing(enrolment, Ops.absent(member(enrolment.id()))).addCompare(Ops.present(group)));
    }

    private CompletableFuture<EnrolReply> enrol(Enrolment enrolment, TxnRequest.Builder txn) {
        EnrolmentId id = enrolment.id();
        TxnRequest made = txn.addFailure(Ops.look(session(id)))
                .addFailure(Ops.look(store.keys().group(id.group())))
                .addFailure(Ops.get(member(id)))
                .build();
        return store.txn(life -> made.toBuilder())
                .thenCompose(outcome -> completed(
                        outcome, outcome.succeeded() ? Later.done(EnrolReply.ENROLLED) : meet(enrolment, outcome)))
                .exceptionallyCompose(failure -> {
                    Throwable cause = Later.cause(failure);
                    return Failures.isLeaseMissing(cause) ? Later.done(EnrolReply.NO_SESSION) : Later.failed(cause);
                });
    }

    /** The session is over, the group is not there, or the member is listed already. */
    private CompletableFuture<EnrolReply> meet(Enrolment enrolment, Store.Outcome outcome) {
        EnrolmentId id = enrolment.id();
        if (!outcome.isThere(0)) {
            return Later.done(EnrolReply.NO_SESSION);
        }
        if (!outcome.isThere(1)) {
            return enrolment.createGroup()
                    ? enrol(enrolment, creating(listing(enrolment, Ops.absent(member(id))), id.group()))
                    : Later.done(EnrolReply.NO_GROUP);
        }
        if (!outcome.isThere(2)) {
            return enrol(enrolment); // who was in the way has left just now
        }
        KeyValue stored = outcome.found(2).get(0);
        Listing there = Listing.of(stored);
        boolean ours = there.incarnation().equals(id.session().incarnation());
        if (ours && there.sequence() >= id.sequence()) {
            return Later.done(EnrolReply.ENROLLED);
        }
        if (!ours && !enrolment.takeOver()) {
            return Later.done(EnrolReply.TAKEN);
        }
        TxnRequest.Builder replacing = listing(enrolment, Ops.modified(member(id), stored.getModRevision()));
        return enrol(
                enrolment,
                ours ? replacing : replacing.addSuccess(Ops.nested(Looks.telling(store, there.incarnation()))));
    }

    CompletableFuture<Boolean> amend(EnrolmentId id, long edition, String capabilities) {
        return store.read(Ops.one(member(id))).thenCompose(outcome -> {
            KeyValue stored = mine(outcome, id);
            if (stored == null) {
                return Later.done(false);
            }
            Listing there = Listing.of(stored);
            if (there.edition() >= edition) {
                return Later.done(true);
            }
            ByteString text = there.amended(edition, store.now(), capabilities).bytes();
            return store.txn(life -> TxnRequest.newBuilder()
                            .addCompare(Ops.modified(member(id), stored.getModRevision()))
                            .addSuccess(Ops.put(member(id), text, Keys.lease(id.session()))))
                    .thenCompose(put ->
                            completed(put, put.succeeded() ? Later.done(true) : amend(id, edition, capabilities)))
                    .exceptionallyCompose(failure -> {
                        Throwable cause = Later.cause(failure);
                        return Failures.isLeaseMissing(cause) ? Later.done(false) : Later.failed(cause);
                    });
        });
    }

    CompletableFuture<Boolean> withdraw(EnrolmentId id) {
        return store.read(Ops.one(member(id))).thenCompose(outcome -> {
            KeyValue stored = mine(outcome, id);
            if (stored == null) {
                return Later.done(false);
            }
            return store.txn(life -> TxnRequest.newBuilder()
                            .addCompare(Ops.modified(member(id), stored.getModRevision()))
                            .addSuccess(Ops.delete(member(id))))
                    .thenCompose(gone -> completed(gone, gone.succeeded() ? Later.done(true) : withdraw(id)));
        });
    }

    private static @Nullable KeyValue mine(Store.Outcome outcome, EnrolmentId id) {
        return outcome.isThere(0) && Listing.of(outcome.found(0).get(0)).isOf(id)
                ? outcome.found(0).get(0)
                : null;
    }

    /** A session has ended by our own step, and whatever hung on it. */
    void sessionEnded(long revision) {
        Life life = store.present();
        if (life != null) {
            newest.accumulateAndGet(life.number(revision), Math::max);
        }
    }
}
