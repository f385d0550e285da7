package dev.conclave.jdbc;

import dev.conclave.BackendUnavailableException;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A coordinator's two connections: one for all steps, on which its session lives, and one that listens. */
public final class JdbcDriver implements Driver, Listener.Hearer {
    /** As long as nobody would hear of a change. */
    private static final Duration LOOK_WHILE_DEAF = Duration.ofMillis(300);

    /** Where many wait, most are far behind: a listener that comes late, or has to come again, is not to be met by all of them at once. */
    private static final Duration LATER_FOR_EACH_WHILE_DEAF = Duration.ofMillis(250);

    private static final Duration LONGEST_WHILE_DEAF = Duration.ofSeconds(1);

    private static final Duration LOOK_FOR_LOST_SIGNALS = Duration.ofSeconds(2);
    /** So that looks take a part of the line's time and no more, however much is watched and however many wait. */
    private static final Duration LATER_FOR_EACH = Duration.ofMillis(50);
    /** What was granted to a request that does not hear of it is kept from all others. */
    private static final Duration LONGEST_UNHEARD = Duration.ofSeconds(10);

    private static final int EARLY_SIGNALS = 256;
    private static final long NO_TOKEN = 0;

    private final Dialect dialect;
    private final Environment environment;
    private final Keys keys;
    private final Groups groups;
    private final Standing standing;
    private final Exchange exchange;
    private final Listener listener;
    private final Interests<String> interests;
    /** What the server knows that we watch. */
    private final Set<Subject> registered = ConcurrentHashMap.newKeySet();
    /**
     * Signals for requests that wait, by the requests' addresses, until the engine looks at its request, with the token that some
     * servers push. A pushed grant is the reply to the look that would have fetched it, and means no more and no less. One that is lost
     * or thrown away is fetched by the next look.
     */
    private final Map<String, Long> signalled = new ConcurrentHashMap<>();
    /** How many times signals may have been missed or were thrown away: counted first, and then those who are known are woken. */
    private final AtomicInteger gaps = new AtomicInteger();
    /** Set after the gap before it was counted: whoever was asked since the last gap is told of its turn. */
    private volatile boolean hears;
    /** Of the listener's thread. */
    private boolean listenedBefore;

    private JdbcDriver(Dialect dialect, Target target, Environment environment) {
        this.dialect = dialect;
        this.environment = environment;
        this.keys = new Keys(target.namespace(), dialect::digits);
        this.groups = new Groups(dialect, keys);
        this.standing = new Standing(dialect, keys);
        this.interests = new Interests<>(keys::address);
        this.exchange = new Exchange(dialect, keys, environment, this::lost);
        String name = "conclave-" + dialect.info().name() + "-listener-" + environment.member();
        this.listener = new Listener(dialect, exchange.link().listener(), name, this);
    }

    /** Connects, or fails with why not. */
    public static CompletableFuture<Driver> open(Dialect dialect, Target target, Environment environment) {
        JdbcDriver driver = new JdbcDriver(dialect, target, environment);
        return driver.exchange
                .<Driver>ask("connecting", false, statements -> driver)
                .whenComplete((opened, failure) -> {
                    if (failure != null) {
                        driver.abort();
                    }
                });
    }

    @Override
    public DriverInfo info() {
        return dialect.info();
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        interests.begin(session);
        listener.ensureForNewSession();
        return exchange.ask("opening a session", false, statements -> {
            if (!exchange.link().open(session, keys.namespace(), ttl)) {
                throw new BackendUnavailableException("session " + session.incarnation() + " was there before", null);
            }
            return ttl;
        });
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        listener.ensure();
        interests.waitNoMore(claims);
        Job.Question<Renewal> renewing = dialect.renewal(
                keys, exchange.link().listener(), session, List.copyOf(claims), List.copyOf(enrolments));
        if (exchange.link().isLost(session)) {
            return CompletableFuture.completedFuture(new Renewal.NoSession());
        }
        return exchange.ask("a renewal", false, renewing).handle((renewal, failure) -> {
            // The connection broke under it, and with it the session.
            if (failure != null && exchange.link().isLost(session)) {
                return new Renewal.NoSession();
            }
            return Exchange.orThrow(renewal, failure);
        });
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        interests.end(session);
        return exchange.ask("ending a session", false, statements -> {
                    exchange.link().end(session);
                    return true;
                })
                .thenAccept(ended -> {});
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        if (exchange.link().isLost(request.id().session())) {
            return CompletableFuture.completedFuture(new ClaimReply.NoSession());
        }
        ClaimReply.Granted granted = pushed(request.id());
        if (granted != null) {
            interests.waitNoMore(request.id());
            return CompletableFuture.completedFuture(granted);
        }
        int gapsBefore = gaps.get();
        return exchange.claim(request).thenApply(reply -> {
            if (reply instanceof ClaimReply.Waiting) {
                return new ClaimReply.Waiting(waitFor(request.id(), gapsBefore));
            }
            interests.waitNoMore(request.id());
            pushed(request.id());
            return reply;
        });
    }

    /**
     * Notes that a request waits. Of whoever dies in its way a look for deaths tells, one for all that wait here, and of its turn a signal:
     * it needs to look by itself only for a signal that is lost.
     *
     * @param gapsBefore as of when it was asked
     * @return when to look
     */
    private Duration waitFor(ClaimId claim, int gapsBefore) {
        if (interests.waitFor(claim)) {
            lookForDeaths();
        }
        listener.ensure();
        // What overtook this reply may be older than it, and a grant broken since: the server is to say.
        if (signalled.remove(keys.address(claim)) != null) {
            environment.signals().changed(new Subject.Request(claim));
        }
        int others = Math.max(0, interests.waiting() - 1);
        return hears && gaps.get() == gapsBefore
                ? atMost(LONGEST_UNHEARD, lookForLostSignals(others + 1))
                : atMost(LONGEST_WHILE_DEAF, LOOK_WHILE_DEAF.plus(LATER_FOR_EACH_WHILE_DEAF.multipliedBy(others)));
    }

    private static Duration atMost(Duration limit, Duration wanted) {
        return wanted.compareTo(limit) < 0 ? wanted : limit;
    }

    private static Duration lookForLostSignals(int others) {
        return LOOK_FOR_LOST_SIGNALS.plus(LATER_FOR_EACH.multipliedBy(others));
    }

    private void lookForDeaths() {
        exchange.lookForDeaths(
                () -> interests.waiting() > 0 || !interests.watched().isEmpty());
    }

    private ClaimReply.@Nullable Granted pushed(ClaimId claim) {
        Long token = signalled.isEmpty() ? null : signalled.remove(keys.address(claim));
        return token == null || token == NO_TOKEN ? null : new ClaimReply.Granted(token);
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        interests.waitNoMore(claim);
        pushed(claim);
        return exchange.release(claim);
    }

    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        return exchange.ask("a look at a name", true, statements -> standing.of(statements, key));
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return exchange.ask("a look at all names", true, statements -> standing.all(statements, kind));
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return exchange.ask(
                "breaking a claim",
                false,
                statements -> statements.call("break_claim", row -> row.getBoolean(1), keys.of(key), token));
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return exchange.ask("creating a group", false, statements -> groups.create(statements, group));
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return exchange.ask("deleting a group", true, statements -> groups.delete(statements, group));
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return exchange.ask("a look at all groups", false, groups::all);
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        if (exchange.link().isLost(enrolment.id().session())) {
            return CompletableFuture.completedFuture(EnrolReply.NO_SESSION);
        }
        return exchange.ask("enrolling", true, statements -> groups.enrol(statements, enrolment));
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId enrolment, long edition, String capabilities) {
        return exchange.ask(
                "an amendment", false, statements -> groups.amend(statements, enrolment, edition, capabilities));
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId enrolment) {
        return exchange.ask("a withdrawal", false, statements -> groups.withdraw(statements, enrolment));
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return exchange.ask("a look at a group", true, statements -> groups.roster(statements, group, knownRevision));
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        interests.watch(subject);
        lookForDeaths();
        // Without a listener the server would forget the watch; once there is one, all are told to look, and so to
        // watch.
        if (!listener.ensure()) {
            return CompletableFuture.completedFuture(LOOK_WHILE_DEAF);
        }
        Duration look = lookForLostSignals(interests.watched().size());
        if (!registered.add(subject)) {
            return CompletableFuture.completedFuture(look);
        }
        return exchange.ask("watching", false, statements -> {
                    statements.callRows("watch", row -> true, watched(subject), whose());
                    return look;
                })
                .whenComplete((told, failure) -> {
                    if (failure != null) {
                        registered.remove(subject);
                    }
                });
    }

    @Override
    public void unwatch(Subject subject) {
        interests.unwatch(subject);
        if (registered.remove(subject)) {
            exchange.ask(
                            "watching no more",
                            false,
                            statements -> statements.rows(dialect.unwatching(), row -> true, watched(subject), whose()))
                    .exceptionally(failure -> List.of()); // the watch ends with the listener at the latest
        }
    }

    private Object watched(Subject subject) {
        return dialect.parameter(keys.subject(subject));
    }

    private Object whose() {
        return dialect.parameter(exchange.link().listener());
    }

    /** The connection for steps broke. The engine renews, and so learns at once that its session is over. */
    private void lost(SessionId session) {
        registered.clear();
        interests.end(session);
        environment.signals().changed(new Subject.Session(session));
    }

    @Override
    public void heard(String signal) {
        int token = signal.indexOf('=');
        String address = token < 0 ? signal : signal.substring(0, token);
        if (signal.startsWith(Keys.SESSION)) {
            throwSignalsAway(); // something was taken from us: maybe one of these
        } else if (signal.startsWith(Keys.REQUEST)) {
            if (signalled.size() >= EARLY_SIGNALS) {
                throwSignalsAway(); // of requests that were given up meanwhile
            }
            signalled.put(address, token < 0 ? NO_TOKEN : Long.parseLong(signal.substring(token + 1)));
        }
        interests.wake(address, environment.signals());
    }

    /** Some may be of requests whose first reply is not here yet: these look soon. */
    private void throwSignalsAway() {
        gaps.incrementAndGet();
        signalled.clear();
    }

    @Override
    public void listening() {
        registered.clear();
        gaps.incrementAndGet();
        hears = true;
        if (listenedBefore) {
            interests.wakeAll(environment.signals());
        } else {
            listenedBefore = true;
            interests.watched().forEach(address -> interests.wake(address, environment.signals()));
        }
    }

    @Override
    public void deaf() {
        registered.clear();
        hears = false;
        throwSignalsAway();
        // They count on signals, and look once in a while only.
        interests.wakeWaiting(environment.signals());
        // What broke this connection may have broken the session's as well.
        SessionId session = exchange.link().bound();
        if (session != null) {
            environment.signals().changed(new Subject.Session(session));
        }
    }

    @Override
    public void lend(BooleanSupplier done) {
        exchange.lend(done);
    }

    @Override
    public CompletableFuture<Void> close() {
        listener.close();
        CompletableFuture<Void> closed = exchange.close().thenAccept(woken -> {
            if (!woken) {
                listener.abort(); // or it would wait for as long as a silent line may go unnoticed
            }
        });
        // A connection that is stuck does not say good-bye.
        TimeSource.Timer patience = environment
                .time()
                .schedule(environment.callTimeout().dividedBy(2), () -> {
                    abort();
                    closed.complete(null);
                });
        return closed.whenComplete((done, failure) -> patience.cancel());
    }

    private void abort() {
        listener.abort();
        exchange.abort();
    }

    @Override
    public String toString() {
        return dialect.toString();
    }
}
