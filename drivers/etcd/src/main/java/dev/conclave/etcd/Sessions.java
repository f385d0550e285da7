package dev.conclave.etcd;

import com.google.protobuf.ByteString;
import dev.conclave.BackendUnavailableException;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseTimeToLiveRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sessions: a lease, which all keys of the session hang on, and one key to be told by. Thread-safe. */
final class Sessions {
    /** Servers take no more than 128 operations in a transaction, unless they are told otherwise; a question is four at most. */
    private static final int FEW = 30;

    private final Store store;
    private final Signals signals;
    private final Map<SessionId, Own> sessions = new ConcurrentHashMap<>();

    /** One of this coordinator's; without a bell while its opening is not answered. */
    private record Own(Duration ttl, @Nullable Watch bell) {
        boolean isHeard() {
            return bell != null && bell.stands();
        }

        void cancel() {
            if (bell != null) {
                bell.cancel();
            }
        }
    }

    Sessions(Store store, Signals signals) {
        this.store = store;
        this.signals = signals;
    }

    /** How long a session lives without a renewal; zero if it is not one of ours. */
    Duration ttl(SessionId session) {
        Own own = sessions.get(session);
        return own == null ? Duration.ZERO : own.ttl();
    }

    CompletableFuture<Duration> open(SessionId session, Duration ttl) {
        Own opening = new Own(Duration.ZERO, null);
        sessions.put(session, opening);
        return grant(session, ttl).whenComplete((granted, failure) -> sessions.remove(session, opening));
    }

    private CompletableFuture<Duration> grant(SessionId session, Duration ttl) {
        long seconds = ttl.plusNanos(999_999_999).toSeconds();
        LeaseGrantRequest request = LeaseGrantRequest.newBuilder()
                .setID(Keys.lease(session))
                .setTTL(seconds)
                .build();
        return store.line()
                .call(LeaseGrpc.getLeaseGrantMethod(), request)
                .thenCompose(lease -> begin(session, Duration.ofSeconds(lease.getTTL())));
    }

    private CompletableFuture<Duration> begin(SessionId session, Duration granted) {
        ByteString key = store.keys().session(session.incarnation());
        return store.txn(life -> TxnRequest.newBuilder()
                        .addCompare(Ops.absent(key))
                        .addSuccess(Ops.put(key, ByteString.EMPTY, Keys.lease(session))))
                .thenCompose(outcome -> {
                    if (!outcome.succeeded()) {
                        return Later.failed(new BackendUnavailableException(
                                "the session " + session.incarnation() + " of " + session.member()
                                        + " is there already",
                                null));
                    }
                    return listen(session, granted, outcome.revision()).thenApply(listening -> granted);
                });
    }

    /** Watches the session's key from behind a revision at which it was there; unless the session was ended meanwhile. */
    private CompletableFuture<Void> listen(SessionId session, Duration ttl, long revision) {
        Subject subject = new Subject.Session(session);
        ByteString key = store.keys().session(session.incarnation());
        Watch bell = new Watch(key, null, revision + 1, events -> signals.changed(subject));
        Own heard = new Own(ttl, bell);
        if (sessions.computeIfPresent(session, (id, before) -> heard) == null) {
            return CompletableFuture.allOf();
        }
        CompletableFuture<Void> taken = store.line().watch(bell);
        if (!heard.equals(sessions.get(session))) {
            bell.cancel(); // ended before it was begun
        }
        return taken;
    }

    /**
     * Keeps the lease alive; then a quorum says what hangs on it. A leader that was deposed and does not know it yet goes on keeping leases
     * alive, to no effect; so what counts is a renewal in the term of a leader who is confirmed after it.
     */
    CompletableFuture<Renewal> renew(
            SessionId session,
            Set<ClaimId> claims,
            Set<EnrolmentId> enrolments,
            Function<ClaimId, @Nullable ByteString> keyOf) {
        LeaseKeepAliveRequest request =
                LeaseKeepAliveRequest.newBuilder().setID(Keys.lease(session)).build();
        List<Question> questions = new ArrayList<>();
        claims.forEach(claim -> questions.add(new Question(claim, keyOf.apply(claim), null)));
        return store.line()
                .call(LeaseGrpc.getLeaseKeepAliveMethod(), request)
                .thenCompose(kept -> kept.getTTL() <= 0
                        ? Later.done(new Renewal.NoSession())
                        : doubtful(session, questions).thenCompose(doubtful -> {
                            enrolments.forEach(enrolment -> doubtful.add(new Question(null, null, enrolment)));
                            return look(session, doubtful, kept.getHeader());
                        }));
    }

    /**
     * Those questions whose answer is not known by one look at what hangs on the lease, for which thousands are no more requests than one. A
     * leader who is none any more could know of what is gone by now, as of what went at this moment: the next renewal tells.
     */
    private CompletableFuture<List<Question>> doubtful(SessionId session, List<Question> questions) {
        if (questions.size() <= FEW) {
            return Later.done(questions);
        }
        LeaseTimeToLiveRequest request = LeaseTimeToLiveRequest.newBuilder()
                .setID(Keys.lease(session))
                .setKeys(true)
                .build();
        return store.line().call(LeaseGrpc.getLeaseTimeToLiveMethod(), request).thenApply(lease -> {
            Set<ByteString> attached = new HashSet<>(lease.getKeysList());
            List<Question> doubtful = new ArrayList<>(questions);
            doubtful.removeIf(question -> question.key() != null && attached.contains(question.key()));
            return doubtful;
        });
    }

    private CompletableFuture<Renewal> look(SessionId session, List<Question> questions, ResponseHeader kept) {
        CompletableFuture<Renewal> all = Later.done(new Renewal.Renewed(Set.of(), Set.of()));
        int first = 0;
        do {
            int end = Math.min(questions.size(), first + FEW);
            all = all.thenCombine(ask(session, questions.subList(first, end), kept), Sessions::both);
            first = end;
        } while (first < questions.size());
        return all;
    }

    /**
     * Whether something of the session's is still there: a claim or an enrolment.
     *
     * @param key the claim's, where it is known
     */
    private record Question(
            @Nullable ClaimId claim,
            @Nullable ByteString key,
            @Nullable EnrolmentId enrolment) {
        List<RequestOp> asked(Keys keys) {
            if (key != null) {
                return List.of(Ops.look(key));
            }
            if (claim != null) {
                return List.of(
                        Ops.look(keys.claim(claim, false)),
                        Ops.look(keys.claim(claim, true)),
                        Ops.get(keys.claimAgain(claim, false)),
                        Ops.get(keys.claimAgain(claim, true)));
            }
            EnrolmentId listed = Objects.requireNonNull(enrolment);
            return List.of(Ops.get(keys.member(listed.group(), listed.session().member())));
        }

        boolean isThere(Keys keys, List<KeyValue> found) {
            if (enrolment != null) {
                return found.stream().anyMatch(member -> Listing.of(member).isOf(enrolment));
            }
            if (key != null) {
                return !found.isEmpty();
            }
            ClaimId own = Objects.requireNonNull(claim);
            return found.stream()
                    .anyMatch(place -> place.getValue().isEmpty() // looked at by its own key
                            || Place.of(own.key(), keys.claims(own.key()), place)
                                    .id()
                                    .equals(own));
        }
    }

    private CompletableFuture<Renewal> ask(SessionId session, List<Question> questions, ResponseHeader kept) {
        ByteString key = store.keys().session(session.incarnation());
        return store.txn(life -> {
                    TxnRequest.Builder request = TxnRequest.newBuilder().addSuccess(Ops.look(key));
                    questions.forEach(question -> request.addAllSuccess(question.asked(store.keys())));
                    return request;
                })
                .thenApply(outcome -> {
                    if (outcome.term() != kept.getRaftTerm()) {
                        throw new BackendUnavailableException(
                                "etcd's leader changed while the session was renewed; it is renewed again", null);
                    }
                    if (!outcome.isThere(0)) {
                        return new Renewal.NoSession();
                    }
                    restoreBell(session, outcome.revision());
                    return missing(questions, outcome);
                });
    }

    private Renewal missing(List<Question> questions, Store.Outcome outcome) {
        Set<ClaimId> claims = new HashSet<>();
        Set<EnrolmentId> enrolments = new HashSet<>();
        int position = 1;
        for (Question question : questions) {
            List<KeyValue> found = new ArrayList<>();
            for (int i = question.asked(store.keys()).size(); i > 0; i--) {
                found.addAll(outcome.found(position++));
            }
            if (!question.isThere(store.keys(), found)) {
                if (question.claim() != null) {
                    claims.add(question.claim());
                } else {
                    enrolments.add(Objects.requireNonNull(question.enrolment()));
                }
            }
        }
        return new Renewal.Renewed(claims, enrolments);
    }

    private static Renewal both(Renewal one, Renewal other) {
        if (one instanceof Renewal.Renewed first && other instanceof Renewal.Renewed second) {
            Set<ClaimId> claims = new HashSet<>(first.missingClaims());
            claims.addAll(second.missingClaims());
            Set<EnrolmentId> enrolments = new HashSet<>(first.missingEnrolments());
            enrolments.addAll(second.missingEnrolments());
            return new Renewal.Renewed(claims, enrolments);
        }
        return new Renewal.NoSession();
    }

    /** A renewal has just found out all that a broken watch may have missed. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // what fails here is signalled as a break, and the next renewal tries again
    private void restoreBell(SessionId session, long revision) {
        Own own = sessions.get(session);
        if (own != null && !own.isHeard()) {
            listen(session, own.ttl(), revision);
        }
    }

    /** Returns the revision at which all that hung on the session is gone. */
    CompletableFuture<Long> end(SessionId session) {
        Own own = sessions.remove(session);
        if (own != null) {
            own.cancel();
        }
        LeaseRevokeRequest request =
                LeaseRevokeRequest.newBuilder().setID(Keys.lease(session)).build();
        return store.line()
                .call(LeaseGrpc.getLeaseRevokeMethod(), request)
                .thenApply(revoked -> revoked.getHeader().getRevision())
                .exceptionallyCompose(failure -> {
                    Throwable cause = Later.cause(failure);
                    return Failures.isLeaseMissing(cause) ? Later.done(0L) : Later.failed(cause);
                });
    }

    void wakeAll() {
        sessions.keySet().forEach(session -> signals.changed(new Subject.Session(session)));
    }
}
