package dev.conclave.memcached;

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
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One coordinator's connection. A memcached changes one item at a time and tells nobody of it; so all that can change together is in one
 * item, every change compares the number of the one before, and whoever waits or watches looks again and again.
 */
final class MemcachedDriver implements Driver {
    private static final Logger log = LoggerFactory.getLogger(MemcachedDriver.class);

    /** Between looks at what is watched. */
    private static final Duration LONGEST_LOOK = Duration.ofMillis(500);
    /** Between looks of who is far behind in a queue. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** The larger a group, the more there is to ask in each look. */
    private static final Duration LOOK_PER_MEMBER = Duration.ofMillis(1);

    private final Environment environment;
    private final DriverInfo info;
    private final Duration look;
    private final Keys keys;
    private final Endpoint endpoint;
    private final Login login;
    private final Line line;
    private final Interests<Subject> interests = new Interests<>(subject -> subject);
    private final Store store;
    private final Sessions sessions;
    private final Liveness liveness;
    private final Claims claims;
    private final GroupNames groupNames;
    private final Groups groups;
    private final Rosters rosters;
    private final Set<Dump> dumps = ConcurrentHashMap.newKeySet();
    private volatile TimeSource.@Nullable Timer listening;
    private volatile boolean closed;

    private MemcachedDriver(
            Target target, Environment environment, Endpoint endpoint, Login login, Login.Established first) {
        this.environment = environment;
        this.info = Deployment.info(target.ttl());
        this.look = shorter(target.ttl().dividedBy(6), LONGEST_LOOK);
        this.keys = new Keys(target.namespace());
        this.endpoint = endpoint;
        this.login = login;
        this.line = new Line(environment.member(), first, login, endpoint, this::wakeAll);
        this.store = new Store(keys, line, endpoint);
        this.sessions = new Sessions(store, endpoint);
        this.liveness = new Liveness(store);
        this.claims =
                new Claims(store, sessions, liveness, shorter(target.ttl().dividedBy(2), LONGEST_WAIT), this::wake);
        this.groupNames = new GroupNames(store);
        this.groups = new Groups(store, liveness, groupNames, this::wake);
        this.rosters = new Rosters(store, groups);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Connects and probes; blocks. */
    static Driver open(Target target, Environment environment, Endpoint endpoint, Login login) {
        Login.Established first = login.connect();
        for (String warning : Deployment.warnings(first.settings())) {
            log.warn("{}: {}", endpoint.where(), warning);
        }
        MemcachedDriver driver = new MemcachedDriver(target, environment, endpoint, login, first);
        driver.listenLater();
        return driver;
    }

    /** Nobody else tells this coordinator of what it did itself. Others are told of what was taken from them. */
    private void wake(Subject subject) {
        if (subject instanceof Subject.Request) {
            // Whoever is woken waits, though the answer that says so, with which it is noted, may still be on its way.
            environment.signals().changed(subject);
            return;
        }
        interests.wake(subject, environment.signals());
        if (subject instanceof Subject.Session taken) {
            sessions.tell(taken.session());
        }
    }

    private void listenLater() {
        listening = environment.time().schedule(look, this::listen);
    }

    /** Whoever has something to lose looks if it was told, so that it need not wait for its next renewal. */
    @SuppressWarnings("FutureReturnValueIgnored") // if it fails, the connection is broken, and all are woken
    private void listen() {
        if (claims.isHolding() || groups.isListed()) {
            sessions.told()
                    .thenAccept(told -> told.forEach(
                            session -> interests.wake(new Subject.Session(session), environment.signals())));
        }
        if (!closed) {
            listenLater();
        }
    }

    private void wakeAll() {
        interests.wakeAll(environment.signals());
    }

    @Override
    public DriverInfo info() {
        return info;
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        interests.begin(session);
        return sessions.open(session, ttl);
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> held, Set<EnrolmentId> enrolments) {
        CompletableFuture<Boolean> lives = sessions.renew(session);
        CompletableFuture<Set<ClaimId>> missingClaims = claims.missing(held);
        CompletableFuture<Set<EnrolmentId>> missingEnrolments = groups.missing(enrolments);
        // All are under way; whoever has no session need not wait for the others, which may have failed.
        return lives.thenCompose(alive -> alive
                ? missingClaims.thenCombine(missingEnrolments, Renewal.Renewed::new)
                : CompletableFuture.completedFuture(new Renewal.NoSession()));
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        interests.end(session);
        CompletableFuture<Void> ended = sessions.end(session);
        liveness.forget(session.incarnation());
        groups.forget(session);
        return CompletableFuture.allOf(ended, claims.forget(session));
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        return claims.claim(request).thenApply(reply -> {
            if (reply instanceof ClaimReply.Waiting) {
                interests.waitFor(request.id());
            } else {
                interests.waitNoMore(request.id());
            }
            if (!interests.has(request.id().session())) {
                claims.forget(request.id()); // it ended before this reply came, and nobody would ever take it back
            }
            return reply;
        });
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        interests.waitNoMore(claim);
        return claims.release(claim).thenApply(released -> {
            interests.waitNoMore(claim); // once more: the answer to an earlier request may have come meanwhile
            return released;
        });
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return new Inspection(store).one(key);
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        Dump dump = new Dump(login, endpoint, environment.time(), keys.prefix(kind));
        dumps.add(dump);
        CompletableFuture<List<String>> found = dump.keys();
        if (closed) {
            dump.end(line.closed());
        }
        return found.whenComplete((items, failure) -> dumps.remove(dump))
                .thenCompose(items -> new Inspection(store).all(kind, items));
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return claims.breakClaim(key, token);
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return groups.create(group);
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return groups.delete(group);
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return groupNames.all();
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        return groups.enrol(enrolment);
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return groups.amend(enrolment, edition, capabilities);
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return groups.withdraw(enrolment);
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return rosters.roster(group, knownRevision);
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        interests.watch(subject);
        if (subject instanceof Subject.Group group) {
            rosters.watch(group.name());
            Duration more = LOOK_PER_MEMBER.multipliedBy(rosters.size(group.name()));
            return CompletableFuture.completedFuture(look.plus(more));
        }
        return CompletableFuture.completedFuture(look);
    }

    @Override
    public void unwatch(Subject subject) {
        interests.unwatch(subject);
        if (subject instanceof Subject.Group group) {
            rosters.unwatch(group.name());
        }
    }

    @Override
    public void lend(BooleanSupplier done) {
        line.lend(done);
    }

    @Override
    public CompletableFuture<Void> close() {
        closed = true;
        TimeSource.Timer timer = listening;
        if (timer != null) {
            timer.cancel();
        }
        dumps.forEach(dump -> dump.end(line.closed()));
        return line.close();
    }
}
