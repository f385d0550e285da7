package dev.conclave.memory;

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
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One member's connection to a {@link MemoryBackend}. Every step goes over the {@link Link}, as it would
 * go over a network, and is complete on return unless the link loses or holds it.
 */
final class MemoryDriver implements Driver {
    /** Only a signal that a test's fault swallowed makes anybody wait as long. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final MemoryBackend backend;
    private final String namespace;
    private final Duration patience;
    private final Environment environment;
    private final Link link;
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * @param patience after which a connection that does not answer is given up; longer than the engine
     *     waits, so that an answer which is only late still reaches it
     */
    MemoryDriver(MemoryBackend backend, String namespace, Duration patience, Environment environment, Link link) {
        this.backend = backend;
        this.namespace = namespace;
        this.patience = patience;
        this.environment = environment;
        this.link = link;
    }

    String namespace() {
        return namespace;
    }

    String member() {
        return environment.member();
    }

    TimeSource time() {
        return environment.time();
    }

    boolean isClosed() {
        return closed;
    }

    /** Proves that the backend can be reached. */
    CompletableFuture<Driver> connect() {
        return this.<Driver>call("connect", environment.callTimeout(), space -> this)
                .whenComplete((driver, failure) -> {
                    if (failure != null) {
                        close();
                    }
                });
    }

    /** Called without the backend's lock. */
    void signal(Subject subject) {
        link.signal(() -> {
            if (!closed) {
                environment.signals().changed(subject);
            }
        });
    }

    @Override
    public DriverInfo info() {
        return MemoryDriverProvider.INFO;
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        return call("open a session", space -> space.openSession(session, ttl, this));
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        return call("renew the session", space -> space.renew(session, claims, enrolments));
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        return run("end the session", space -> space.endSession(session));
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return call("claim " + request.id().key(), space -> space.claims.claim(request));
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        return call("release " + claim.key(), space -> space.claims.release(claim));
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return call("inspect " + key, space -> space.claims.inspect(key));
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return call("list claims", space -> space.claims.list(kind));
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return call("break " + key, space -> space.claims.breakClaim(key, token));
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return call("create group " + group, space -> space.groups.create(group));
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return call("delete group " + group, space -> space.groups.delete(group));
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return call("list groups", space -> space.groups.names());
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return call("join group " + enrolment.id().group(), space -> space.groups.enrol(enrolment));
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return call(
                "update capabilities in " + enrolment.group(),
                space -> space.groups.amend(enrolment, edition, capabilities));
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return call("leave group " + enrolment.group(), space -> space.groups.withdraw(enrolment));
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return call("read group " + group, space -> space.groups.roster(group, knownRevision));
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        return call("watch " + subject, space -> {
            // A request that was held until after close() must not leave a watch behind.
            if (!closed) {
                space.watchers.add(subject, this);
            }
            return LOOK_AGAIN;
        });
    }

    @Override
    public void unwatch(Subject subject) {
        backend.step(namespace, space -> {
            space.watchers.remove(subject, this);
            return true;
        });
    }

    @Override
    public CompletableFuture<Void> close() {
        closed = true;
        backend.detach(this);
        underWay.forEach(reply -> reply.completeExceptionally(unavailable("the connection is closed")));
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> run(String what, Consumer<Space> step) {
        return call(what, space -> {
                    step.accept(space);
                    return true;
                })
                .thenAccept(done -> {});
    }

    private <T> CompletableFuture<T> call(String what, Function<Space, T> step) {
        return call(what, patience, step);
    }

    private <T> CompletableFuture<T> call(String what, Duration limit, Function<Space, T> step) {
        if (closed) {
            return CompletableFuture.failedFuture(unavailable("the connection is closed"));
        }
        CompletableFuture<T> reply = new CompletableFuture<>();
        link.request(() -> {
            T answer = backend.step(namespace, step);
            link.reply(() -> reply.complete(answer));
        });
        if (!reply.isDone()) {
            giveUpAfter(limit, what, reply);
        }
        return reply;
    }

    /** As a client library does; what was sent may still arrive after it. */
    private void giveUpAfter(Duration limit, String what, CompletableFuture<?> reply) {
        String late = "no answer within " + Durations.format(limit) + " to: " + what;
        TimeSource.Timer timer =
                environment.time().schedule(limit, () -> reply.completeExceptionally(unavailable(late)));
        underWay.add(reply);
        reply.whenComplete((answer, failure) -> {
            underWay.remove(reply);
            timer.cancel();
        });
        if (closed) {
            reply.completeExceptionally(unavailable("the connection is closed"));
        }
    }

    private BackendUnavailableException unavailable(String why) {
        return new BackendUnavailableException(backend + ", member " + member() + ": " + why, null);
    }
}
