package dev.conclave.engine;

import dev.conclave.Capabilities;
import dev.conclave.ConclaveException;
import dev.conclave.GroupEvent;
import dev.conclave.GroupNotFoundException;
import dev.conclave.JoinOptions;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.MemberAlreadyJoinedException;
import dev.conclave.MemberNotJoinedException;
import dev.conclave.Membership;
import dev.conclave.SessionLostException;
import dev.conclave.Subscription;
import dev.conclave.View;
import dev.conclave.engine.EnrolmentSteps.Publication;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This coordinator's member in one group: enrolled in the session, evicted with it, and then enrolled
 * in the next one. At any time it is in one of: outside (joining, or joining again), in, gone for good.
 */
final class LiveMembership implements Membership, Session.Dependent {
    private static final Logger log = LoggerFactory.getLogger(LiveMembership.class);

    private enum State {
        OUTSIDE,
        IN,
        GONE
    }

    private final EngineContext engine;
    private final SessionKeeper keeper;
    private final Memberships memberships;
    private final String group;
    private final JoinOptions options;
    private final EnrolmentSteps steps;
    private final Backoff backoff;
    private final Spell failures;
    private final Runnable stop = this::stopped;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private State state = State.OUTSIDE;
    private @Nullable Session session;
    private @Nullable EnrolmentId enrolment;
    private Capabilities capabilities;
    private long edition;
    private boolean enrolling = true;
    private TimeSource.@Nullable Timer rejoining;

    LiveMembership(
            EngineContext engine,
            SessionKeeper keeper,
            Memberships memberships,
            String group,
            Capabilities capabilities,
            JoinOptions options) {
        this.engine = engine;
        this.keeper = keeper;
        this.memberships = memberships;
        this.group = group;
        this.capabilities = capabilities;
        this.options = options;
        this.steps = new EnrolmentSteps(engine, keeper, group, options.createsGroup());
        this.backoff = engine.backoff();
        this.failures = new Spell(engine.steps().where());
    }

    /** Where the member is listed; nowhere while it is outside. */
    private record Place(
            @Nullable Session session, @Nullable EnrolmentId enrolment) {}

    private record Watcher(Callbacks.Serial queue, Consumer<? super GroupEvent.SelfEvicted> listener) {}

    /** Joins for the first time. One attempt; on failure nothing is left behind. */
    CompletableFuture<Membership> join() {
        engine.open().add(stop);
        return enrol(options.takesOver()).handle((reply, failure) -> {
            if (failure == null && reply == EnrolReply.ENROLLED) {
                attemptSucceeded();
                return this;
            }
            gone();
            throw failure == null ? refusal(reply) : Failures.of(failure);
        });
    }

    private ConclaveException refusal(EnrolReply reply) {
        return switch (reply) {
            case TAKEN ->
                new MemberAlreadyJoinedException("member " + engine.member() + " is in group " + group
                        + " already; join with take-over, or wait until its session ends");
            case NO_GROUP ->
                new GroupNotFoundException("there is no group " + group + "; create it, or join with options that do");
            default ->
                new SessionLostException("the session of member " + engine.member() + " ended while it joined group "
                        + group + "; try again");
        };
    }

    /** @param takeOver never but at the first joining: whoever has the name later is newer */
    private CompletableFuture<EnrolReply> enrol(boolean takeOver) {
        return keeper.session().thenCompose(in -> enrolIn(in, takeOver));
    }

    private CompletableFuture<EnrolReply> enrolIn(Session in, boolean takeOver) {
        EnrolmentId id = in.nextEnrolment(group);
        Publication publication = publication();
        return steps.enrol(in, id, publication, takeOver).thenApply(reply -> enrolled(in, id, reply, publication));
    }

    private Publication publication() {
        lock.lock();
        try {
            return new Publication(edition, capabilities.toJson());
        } finally {
            lock.unlock();
        }
    }

    private EnrolReply enrolled(Session in, EnrolmentId id, EnrolReply reply, Publication published) {
        if (reply == EnrolReply.NO_SESSION) {
            keeper.unknownToBackend(in);
            return reply;
        }
        if (reply != EnrolReply.ENROLLED) {
            return reply;
        }
        boolean wanted;
        lock.lock();
        try {
            wanted = state == State.OUTSIDE;
            if (wanted) {
                session = in;
                enrolment = id;
                state = State.IN;
            }
        } finally {
            lock.unlock();
        }
        if (!wanted) {
            steps.withdraw(in, id);
            return EnrolReply.NO_SESSION;
        }
        if (!in.enrol(id, this)) {
            sessionEnded(in, new Loss(LossReason.EXPIRED, "the session ended while joining group " + group));
            return EnrolReply.NO_SESSION;
        }
        if (publication().edition() != published.edition()) {
            steps.amendUntilConfirmed(in, id, this::publication);
        }
        return EnrolReply.ENROLLED;
    }

    @Override
    public void sessionEnded(Session over, Loss loss) {
        evicted(over, null, loss, options.rejoins() && loss.reason() != LossReason.RELEASED);
    }

    /** The backend does not list the session in the group any more, though the session lives. */
    void missing(Session in, EnrolmentId id) {
        // Out of the session first, so that the next renewal does not ask about it again.
        in.withdraw(id);
        Outcome.of(steps.whoIsListed(), (listed, failure) -> {
            boolean takenOver = failure == null && listed.isPresent() && steps.isForeign(listed.get());
            Loss loss = takenOver
                    ? takenOver(listed.get())
                    : new Loss(
                            LossReason.FORGOTTEN,
                            engine.steps().where() + " no longer lists member " + engine.member() + " in group "
                                    + group);
            evicted(in, id, loss, options.rejoins() && !takenOver);
        });
    }

    private Loss takenOver(SessionId by) {
        return new Loss(
                LossReason.TAKEN_OVER,
                "a newer incarnation of member " + engine.member() + ", " + by.incarnation() + ", took over in group "
                        + group);
    }

    /** @param only the enrolment that is gone; several reports of one can arrive, some after we have joined again */
    private void evicted(Session from, @Nullable EnrolmentId only, Loss loss, boolean rejoins) {
        EnrolmentId out;
        lock.lock();
        try {
            if (state != State.IN || session != from || (only != null && !only.equals(enrolment))) {
                return;
            }
            out = enrolment;
            session = null;
            enrolment = null;
            state = rejoins ? State.OUTSIDE : State.GONE;
        } finally {
            lock.unlock();
        }
        if (!rejoins) {
            forget();
        }
        if (loss.reason() != LossReason.RELEASED) {
            log.warn("member {} is out of group {}: {}", engine.member(), group, loss.explanation());
            tell(out, loss, rejoins);
        }
        if (rejoins) {
            rejoinAfter(Duration.ZERO);
        }
    }

    private void tell(@Nullable EnrolmentId out, Loss loss, boolean rejoins) {
        memberships.evicted(group, out, loss, rejoins);
        View view = View.of(group, 0, List.of());
        watchers.forEach(watcher ->
                watcher.queue().run(() -> watcher.listener().accept(new GroupEvent.SelfEvicted(loss, rejoins, view))));
    }

    /** Never takes over: a foreign incarnation is newer than this member, which was out for a while. */
    private void rejoin() {
        lock.lock();
        try {
            rejoining = null;
            if (state != State.OUTSIDE) {
                return;
            }
            enrolling = true;
        } finally {
            lock.unlock();
        }
        Outcome.of(enrol(false), (reply, failure) -> {
            if (failure != null || reply == EnrolReply.NO_SESSION) {
                failed(failure);
                rejoinLater();
            } else if (reply == EnrolReply.TAKEN) {
                rejoinAgainstListed();
            } else if (reply == EnrolReply.NO_GROUP) {
                giveUp(new Loss(LossReason.FORGOTTEN, "group " + group + " does not exist any more"));
            } else {
                attemptSucceeded();
            }
        });
    }

    private void rejoinAgainstListed() {
        Outcome.of(steps.whoIsListed(), (listed, failure) -> {
            if (failure != null || listed.isEmpty()) {
                failed(failure);
                rejoinLater();
            } else if (steps.isForeign(listed.get())) {
                giveUp(takenOver(listed.get()));
            } else {
                // Our own ghost, which is being ended, and expires if that fails. To take it over would take over
                // as well whoever took it over since we looked: a newer incarnation, which then stayed out for good.
                rejoinLater();
            }
        });
    }

    private void failed(@Nullable Throwable failure) {
        if (failure != null) {
            failures.failed("join group " + group + " again", Failures.of(failure));
        }
    }

    private void rejoinLater() {
        Duration pause;
        lock.lock();
        try {
            enrolling = false;
            pause = backoff.next();
        } finally {
            lock.unlock();
        }
        rejoinAfter(pause);
    }

    /** An attempt to enrol succeeded; if the member has been evicted since, the next one may begin. */
    private void attemptSucceeded() {
        failures.succeeded();
        lock.lock();
        try {
            enrolling = false;
            backoff.reset();
        } finally {
            lock.unlock();
        }
        rejoinAfter(Duration.ZERO);
    }

    /** One attempt at a time: two would withdraw each other's enrolments. */
    private void rejoinAfter(Duration pause) {
        lock.lock();
        try {
            if (state == State.OUTSIDE && !enrolling && rejoining == null) {
                rejoining = engine.time().schedule(pause, this::rejoin);
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(Loss loss) {
        if (gone() != null) {
            log.warn("member {} stays out of group {}: {}", engine.member(), group, loss.explanation());
            tell(null, loss, false);
        }
    }

    private State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** Goes for good. Where it was until then, or null if it was gone already. */
    private @Nullable Place gone() {
        Place last;
        lock.lock();
        try {
            if (state == State.GONE) {
                return null;
            }
            // In the same step as it goes: an enrolment that was answered in between would be withdrawn by nobody.
            last = new Place(session, enrolment);
            state = State.GONE;
            session = null;
            enrolment = null;
            if (rejoining != null) {
                rejoining.cancel();
            }
        } finally {
            lock.unlock();
        }
        forget();
        return last;
    }

    private void forget() {
        engine.open().remove(stop);
        memberships.remove(group, this);
    }

    /** The coordinator is closed; its session's end takes the enrolment with it. */
    private void stopped() {
        gone();
        watchers.forEach(watcher -> watcher.queue().close());
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public String member() {
        return engine.member();
    }

    @Override
    public Optional<String> incarnation() {
        lock.lock();
        try {
            return session == null ? Optional.empty() : Optional.of(session.id().incarnation());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Capabilities capabilities() {
        lock.lock();
        try {
            return capabilities;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void update(Capabilities newCapabilities) throws InterruptedException {
        Blocking.await(engine.steps(), updated(newCapabilities));
    }

    @Override
    public CompletableFuture<Void> updateAsync(Capabilities newCapabilities) {
        return Publishing.publish(updated(newCapabilities), engine.callbacks());
    }

    private CompletableFuture<Void> updated(Capabilities newCapabilities) {
        EnrolmentId id;
        long newEdition;
        lock.lock();
        try {
            if (state == State.GONE) {
                return CompletableFuture.failedFuture(notJoined());
            }
            capabilities = newCapabilities;
            newEdition = ++edition;
            id = enrolment;
        } finally {
            lock.unlock();
        }
        if (id == null) {
            return CompletableFuture.failedFuture(outside());
        }
        return steps.amend(id, new Publication(newEdition, newCapabilities.toJson()))
                .thenAccept(listed -> {
                    if (!listed) {
                        keeper.suspect(id.session());
                        throw outside();
                    }
                });
    }

    private MemberNotJoinedException notJoined() {
        return new MemberNotJoinedException("member " + engine.member() + " is not in group " + group);
    }

    private SessionLostException outside() {
        return new SessionLostException("member " + engine.member() + " is out of group " + group
                + " at this moment; the capabilities are published when it joins again");
    }

    @Override
    public Subscription onEvicted(Consumer<? super GroupEvent.SelfEvicted> listener) {
        Watcher watcher = new Watcher(engine.callbacks().serial("the membership in group " + group), listener);
        watchers.add(watcher);
        return () -> {
            watcher.queue().close();
            watchers.remove(watcher);
        };
    }

    @Override
    public void leave() throws InterruptedException {
        Blocking.await(engine.steps(), left());
    }

    @Override
    public CompletableFuture<Void> leaveAsync() {
        return Publishing.publish(left(), engine.callbacks());
    }

    private CompletableFuture<Void> left() {
        Place last = gone();
        if (last == null) {
            return CompletableFuture.failedFuture(notJoined());
        }
        Session in = last.session();
        EnrolmentId id = last.enrolment();
        if (in == null || id == null) {
            return CompletableFuture.completedFuture(null);
        }
        in.withdraw(id);
        return steps.leave(id).handle((listed, failure) -> {
            if (failure != null) {
                steps.withdraw(in, id);
                throw Failures.of(failure);
            }
            return null;
        });
    }

    @Override
    public void close() {
        CompletableFuture<Void> leaving = left().exceptionally(failure -> null);
        Blocking.awaitUninterruptibly(engine.steps(), leaving, engine.steps().patienceForOne());
    }

    @Override
    public String toString() {
        return "member " + engine.member() + " in group " + group + " (" + state() + ")";
    }
}
