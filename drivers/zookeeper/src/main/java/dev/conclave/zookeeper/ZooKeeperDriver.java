package dev.conclave.zookeeper;

import dev.conclave.DriverInfo;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A coordinator's connection to ZooKeeper. */
final class ZooKeeperDriver implements Driver {
    private final DriverInfo info;
    private final Deployment deployment;
    private final Failures failures;
    private final Handles handles;
    private final Namespaces namespaces;
    private final Sessions sessions;
    private final Watches watches;
    private final Claims claims = new Claims();

    ZooKeeperDriver(
            DriverInfo info,
            Deployment deployment,
            Failures failures,
            Handles handles,
            Namespaces namespaces,
            Watches watches) {
        this.info = info;
        this.deployment = deployment;
        this.failures = failures;
        this.handles = handles;
        this.namespaces = namespaces;
        this.sessions = new Sessions(handles, namespaces);
        this.watches = watches;
    }

    @Override
    public DriverInfo info() {
        return info;
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        return step("opening a session", () -> sessions.open(session));
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> held, Set<EnrolmentId> enrolments) {
        return inSession("a renewal", session, new Renewal.NoSession(), own -> sessions.renew(own, held, enrolments));
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        return step("ending a session", () -> sessions.end(session));
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        SessionId session = request.id().session();
        return inSession("a claim", session, new ClaimReply.NoSession(), own -> claims.claim(own, request));
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        if (handles.session(claim.session()) == null) {
            return look("a release", (handle, space) -> Looks.release(handle, space, claim));
        }
        return inSession("a release", claim.session(), Released.NOTHING, own -> claims.release(own, claim));
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return look("a look at " + key, (handle, space) -> Looks.inspect(handle, space, key));
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return look("a look at all names", (handle, space) -> Looks.list(handle, space, kind));
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return look("breaking the claim on " + key, (handle, space) -> Looks.breakClaim(handle, space, key, token));
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return look("creating the group " + group, (handle, space) -> Groups.create(handle, space, group));
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return look("deleting the group " + group, (handle, space) -> Groups.delete(handle, space, group));
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return look("a look at all groups", Groups::names);
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        SessionId session = enrolment.id().session();
        return inSession("enrolling", session, EnrolReply.NO_SESSION, own -> Groups.enrol(own, enrolment));
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return inSession(
                "an amendment", enrolment.session(), false, own -> Groups.amend(own, enrolment, edition, capabilities));
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return inSession("a withdrawal", enrolment.session(), false, own -> Groups.withdraw(own, enrolment));
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        Track watched = watches.track(group);
        RosterReply unchanged = watched == null ? null : watched.unchangedSince(knownRevision);
        if (unchanged != null) {
            return Later.done(unchanged);
        }
        String what = "a look at the group " + group;
        return step(what, () -> {
            Handle handle = handles.any();
            Track track = watches.track(group, handle);
            if (track == null) {
                return namespaces.look(handle, (asked, space) -> new Track(group).look(asked, space, knownRevision));
            }
            return namespaces
                    .space(handle)
                    .thenCompose(space -> track.follow(handle, space, knownRevision))
                    .thenCompose(followed -> followed.map(Later::done)
                            .orElseGet(() -> namespaces.look(
                                    handle, (asked, space) -> track.look(asked, space, knownRevision))));
        });
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        return step("watching", () -> {
            Handle handle = handles.any();
            return namespaces.space(handle).thenCompose(space -> watches.watch(subject, handle, space));
        });
    }

    @Override
    public void unwatch(Subject subject) {
        watches.unwatch(subject);
    }

    @Override
    public CompletableFuture<Void> close() {
        return handles.close().thenRun(deployment::close);
    }

    private <T> CompletableFuture<T> look(String what, BiFunction<Handle, Space, CompletableFuture<T>> step) {
        return step(what, () -> namespaces.look(handles.any(), step));
    }

    /** A step of one of our sessions; one that we do not have, or that the server has ended, has nothing that the step could find. */
    private <T> CompletableFuture<T> inSession(
            String what, SessionId session, T none, Function<OwnSession, CompletableFuture<T>> step) {
        OwnSession own = handles.session(session);
        if (own == null || own.handle().isOver()) {
            return Later.done(none);
        }
        return step(
                what,
                () -> step.apply(own)
                        .exceptionallyCompose(
                                failure -> Failures.isNoSession(failure) ? Later.done(none) : Later.failed(failure)));
    }

    private <T extends @Nullable Object> CompletableFuture<T> step(String what, Supplier<CompletableFuture<T>> step) {
        try {
            return failures.explained(what, step.get());
        } catch (RuntimeException e) {
            return Later.failed(failures.of(what, e));
        }
    }
}
