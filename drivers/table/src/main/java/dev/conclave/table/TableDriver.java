package dev.conclave.table;

import dev.conclave.BackendUnavailableException;
import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Environment;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import dev.conclave.spi.TimeSource;
import dev.conclave.spi.support.Interests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A coordinator's share of a store. */
final class TableDriver implements Driver {
    /** Deaths signal nothing, and are to be seen within a quarter of a second. */
    private static final Duration LOOK_FOR_DEATHS = Duration.ofMillis(100);

    private static final Duration LOOK_FOR_LOST_HINTS = Duration.ofSeconds(1);

    private final Stores stores;
    private final Backing backing;
    private final Target target;
    private final Environment environment;
    private final Interests<Long> interests = new Interests<>(Subjects::hash);
    private volatile Store store;
    private volatile boolean closed;

    TableDriver(Stores stores, Backing backing, Target target, Environment environment, Store store) {
        this.stores = stores;
        this.backing = backing;
        this.target = target;
        this.environment = environment;
        this.store = store;
    }

    Target target() {
        return target;
    }

    Store store() {
        return store;
    }

    /** Goes on in another store, after the former one was lost. */
    void moveTo(Store fresh) {
        store = fresh;
    }

    @Override
    public DriverInfo info() {
        return backing.info();
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        interests.begin(session);
        return step("opening a session", table -> table.sessions().open(session, table.self(), ttl));
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        return step("a renewal", table -> {
            store.requireInPlace();
            return table.sessions().renew(session, claims, enrolments);
        });
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        interests.end(session);
        return step("ending a session", table -> {
                    table.sessions().end(session);
                    return true;
                })
                .thenAccept(ended -> {});
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return step("a claim", table -> {
            ClaimReply reply = table.claims().claim(request);
            // Here and not later: nobody can wake us before this step is over.
            if (reply instanceof ClaimReply.Waiting) {
                interests.waitFor(request.id());
            } else {
                interests.waitNoMore(request.id());
            }
            return reply;
        });
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        interests.waitNoMore(claim);
        return step("a release", table -> table.claims().release(claim));
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return step("a look at a name", table -> table.claims().inspect(key));
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return step("a look at all names", table -> table.claims().list(kind));
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return step("breaking a claim", table -> table.claims().breakClaim(key, token));
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return slowStep("creating a group", table -> table.groups().create(group));
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return slowStep("deleting a group", table -> table.groups().delete(group));
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return step("a look at all groups", table -> table.groups().all());
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return slowStep("enrolling", table -> table.groups().enrol(enrolment));
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return step("an amendment", table -> table.groups().amend(enrolment, edition, capabilities));
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return step("a withdrawal", table -> table.groups().withdraw(enrolment));
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return step("a look at a group", table -> table.groups().roster(group, knownRevision));
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        Duration look = subject instanceof Subject.AllGroups ? LOOK_FOR_LOST_HINTS : LOOK_FOR_DEATHS;
        if (!interests.watch(subject)) {
            return CompletableFuture.completedFuture(look);
        }
        CompletableFuture<Duration> watching = step("watching", table -> {
            table.watch(watchedByAll());
            return look;
        });
        return watching.whenComplete((told, failure) -> {
            if (failure != null) {
                interests.unwatch(subject);
            }
        });
    }

    /** What all coordinators of this process watch. */
    private List<Long> watchedByAll() {
        List<Long> watched = new ArrayList<>();
        store.drivers().forEach(driver -> watched.addAll(driver.interests.watched()));
        return watched;
    }

    @Override
    public void unwatch(Subject subject) {
        interests.unwatch(subject); // the next watch tells the other processes; until then they ring for nothing
    }

    /** Has everything looked at. Not under the mutex. */
    void wakeAll() {
        interests.wakeAll(environment.signals());
    }

    /** Passes a hint on. Not under the mutex. */
    void wake(long subject) {
        interests.wake(subject, environment.signals());
    }

    /** Whether a hint is awaited here. */
    boolean awaitsAnything() {
        return interests.waiting() > 0 || !interests.watched().isEmpty();
    }

    @Override
    public void lend(BooleanSupplier done) {
        store.lend(done);
    }

    @Override
    public CompletableFuture<Void> close() {
        closed = true;
        return stores.close(this);
    }

    private <T> CompletableFuture<T> step(String what, Function<Table, T> step) {
        return in(what, store -> store.step(step));
    }

    private <T> CompletableFuture<T> slowStep(String what, Function<Table, T> step) {
        return in(what, store -> store.slowStep(step));
    }

    /** In the store; or, if that is lost, in one opened anew, which knows none of our sessions. */
    private <T> CompletableFuture<T> in(String what, Function<Store, CompletableFuture<T>> step) {
        if (closed) {
            return CompletableFuture.failedFuture(new BackendUnavailableException(
                    "member " + environment.member() + " has closed its connection to the store " + store, null));
        }
        Store current = store;
        return watched(what, current.isLost() ? reopened().thenCompose(step) : step.apply(current));
    }

    private CompletableFuture<Store> reopened() {
        return stores.reopen(this)
                .thenCompose(fresh -> fresh.step(table -> {
                    table.watch(watchedByAll());
                    return fresh;
                }));
    }

    /** Fails a step that is not done in time, a little before the engine gives it up, and says who is in the way. */
    private <T> CompletableFuture<T> watched(String what, CompletableFuture<T> step) {
        if (!step.isDone()) {
            Duration patience = environment.callTimeout().multipliedBy(9).dividedBy(10);
            TimeSource.Timer timer = environment.time().schedule(patience, () -> {
                if (!step.isDone()) {
                    step.completeExceptionally(store.stuck(what, Durations.format(patience)));
                }
            });
            return step.whenComplete((result, failure) -> timer.cancel());
        }
        return step;
    }
}
