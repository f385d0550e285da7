package dev.conclave.redis;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConclaveException;
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
import dev.conclave.spi.support.Interests;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One coordinator's connection: each step is one script. What the server stores is told in {@code common.lua}. */
final class RedisDriver implements Driver, Line.Listener {
    private static final Logger log = LoggerFactory.getLogger(RedisDriver.class);

    /** Looks at what is watched, should a signal be lost, and for deaths, which nobody signals until somebody looks. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private final Keys keys;
    private final byte[] prefix;
    private final Environment environment;
    private final DriverInfo info;
    private final Duration look;
    private final boolean sharded;
    private final Interests<String> interests;
    /** What is, or after a break will again be, subscribed to. */
    private final Set<String> channels = ConcurrentHashMap.newKeySet();

    /** Whoever changes what is watched: what is noted and what is asked for are in one order. */
    private final ReentrantLock subscribing = new ReentrantLock();

    private final InUse inUse = new InUse();

    private final Line line;

    private RedisDriver(
            Target target, Environment environment, Keys keys, Servers servers, Wire first, DriverInfo info) {
        this.keys = keys;
        this.prefix = keys.prefix();
        this.environment = environment;
        this.info = info;
        Duration third = target.ttl().dividedBy(3);
        this.look = third.compareTo(LONGEST_LOOK) < 0 ? third : LONGEST_LOOK;
        this.sharded =
                servers.kind() == Servers.Kind.CLUSTER && servers.greeting().major() >= 7;
        this.interests = new Interests<>(keys::address);
        this.line = new Line(environment.member(), first, servers, this, environment.callTimeout());
    }

    /** Connects and probes; blocks. */
    static Driver open(Target target, Environment environment, Keys keys, Servers servers) {
        Wire wire = servers.connect();
        try {
            Deployment deployment = Deployment.probe(wire, servers.kind());
            for (String warning : deployment.warnings()) {
                log.warn("Redis at {} for member {}: {}", wire.host(), environment.member(), warning);
            }
            DriverInfo info = deployment.info(RedisDriverProvider.INFO, target.ttl());
            return new RedisDriver(target, environment, keys, servers, wire, info);
        } catch (IOException | RuntimeException e) {
            wire.reset();
            throw e instanceof ConclaveException told ? told : servers.replies().broken(wire.host(), e);
        }
    }

    @Override
    public DriverInfo info() {
        return info;
    }

    @Override
    public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
        Subject subject = new Subject.Session(session);
        interests.begin(session);
        inUse.begin(session);
        CompletableFuture<Boolean> subscribed = subscribe(subject);
        // Rounded up: the member may believe for as long as the server does, and not longer.
        long millis = ttl.plusNanos(999_999).toMillis();
        CompletableFuture<Duration> opened = step(
                Script.OPEN,
                reply -> {
                    if ((Long) reply == 0) {
                        throw new BackendUnavailableException("the session " + session + " is over already", null);
                    }
                    return Duration.ofMillis(millis);
                },
                session.incarnation(),
                session.member(),
                millis);
        return opened.thenCombine(subscribed, (granted, signalled) -> granted).whenComplete((granted, failure) -> {
            if (failure != null) {
                forget(session); // nobody uses it, and perhaps nobody ends it
            }
        });
    }

    private void forget(SessionId session) {
        interests.end(session);
        inUse.end(session);
        unwatch(new Subject.Session(session));
    }

    @Override
    public CompletableFuture<Renewal> renew(SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
        List<Object> arguments = new ArrayList<>(List.of(session.incarnation(), claims.size()));
        List<ClaimId> claimed = List.copyOf(claims);
        List<EnrolmentId> enrolled = List.copyOf(enrolments);
        claimed.forEach(claim -> arguments.add(claim.sequence()));
        enrolled.forEach(enrolment -> arguments.addAll(List.of(enrolment.sequence(), enrolment.group())));
        return step(
                Script.RENEW,
                reply -> {
                    Renewal renewal = renewal(reply, claimed, enrolled);
                    if (renewal instanceof Renewal.Renewed renewed) {
                        renewed.missingClaims().forEach(inUse::remove);
                        renewed.missingEnrolments().forEach(inUse::remove);
                    }
                    return renewal;
                },
                arguments.toArray());
    }

    private static Renewal renewal(Object reply, List<ClaimId> claims, List<EnrolmentId> enrolments) {
        if (!(reply instanceof List<?> missing)) {
            return new Renewal.NoSession();
        }
        Set<ClaimId> missingClaims = new HashSet<>();
        Set<EnrolmentId> missingEnrolments = new HashSet<>();
        for (Object each : missing) {
            int position = ((Long) each).intValue() - 1;
            if (position < claims.size()) {
                missingClaims.add(claims.get(position));
            } else {
                missingEnrolments.add(enrolments.get(position - claims.size()));
            }
        }
        return new Renewal.Renewed(missingClaims, missingEnrolments);
    }

    @Override
    public CompletableFuture<Void> endSession(SessionId session) {
        CompletableFuture<Void> ended = step(Script.END, reply -> null, session.incarnation());
        forget(session);
        return ended;
    }

    @Override
    public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
        ClaimId id = request.id();
        inUse.add(id);
        return step(
                Script.CLAIM,
                reply -> {
                    ClaimReply told = Answers.claim((Long) reply);
                    // Here, on the thread that reads the notifications too: one that follows this answer finds it
                    // noted.
                    if (told instanceof ClaimReply.Waiting) {
                        interests.waitFor(id);
                    } else {
                        interests.waitNoMore(id);
                    }
                    if (told instanceof ClaimReply.Busy || told instanceof ClaimReply.NoSession) {
                        inUse.remove(id);
                    }
                    return told;
                },
                id.session().incarnation(),
                id.sequence(),
                Keys.name(id.key()),
                request.shared() ? "s" : "x",
                request.queue() ? 1 : 0,
                request.payload());
    }

    @Override
    public CompletableFuture<Released> release(ClaimId claim) {
        interests.waitNoMore(claim);
        return step(
                Script.RELEASE,
                reply -> {
                    interests.waitNoMore(claim); // once more: the answer to an earlier request may have come meanwhile
                    inUse.remove(claim);
                    return switch (((Long) reply).intValue()) {
                        case 1 -> Released.HELD;
                        case 2 -> Released.WAITING;
                        default -> Released.NOTHING;
                    };
                },
                claim.session().incarnation(),
                claim.sequence(),
                Keys.name(claim.key()));
    }

    /** The look of one who watches also says so, to a server that may have forgotten it. */
    @Override
    public CompletableFuture<ClaimStatus> inspect(ClaimKey key) {
        boolean watched = interests.watched().contains(keys.address(new Subject.Key(key)));
        return step(
                Script.STATUS,
                reply -> {
                    List<ClaimStatus> found = Answers.statuses(reply);
                    return found.isEmpty() ? new ClaimStatus(key, List.of(), 0) : found.get(0);
                },
                Keys.name(key),
                watched ? "watched" : "one");
    }

    @Override
    public CompletableFuture<List<ClaimStatus>> list(ClaimKey.Kind kind) {
        return step(Script.STATUS, Answers::statuses, Keys.letter(kind), "all");
    }

    @Override
    public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
        return step(Script.BREAK, RedisDriver::yes, Keys.name(key), token);
    }

    @Override
    public CompletableFuture<Boolean> createGroup(String group) {
        return step(Script.CREATE, RedisDriver::yes, group);
    }

    @Override
    public CompletableFuture<GroupDeletion> deleteGroup(String group) {
        return step(
                Script.DELETE,
                reply -> switch (((Long) reply).intValue()) {
                    case 1 -> GroupDeletion.DELETED;
                    case 2 -> GroupDeletion.NOT_EMPTY;
                    default -> GroupDeletion.NO_GROUP;
                },
                group);
    }

    @Override
    public CompletableFuture<Set<String>> groups() {
        return step(
                Script.GROUPS,
                reply -> ((List<?>) reply).stream().map(Answers::text).collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
        EnrolmentId id = enrolment.id();
        inUse.add(id);
        return step(
                Script.ENROL,
                reply -> {
                    EnrolReply told = Answers.enrolment((Long) reply);
                    if (told != EnrolReply.ENROLLED) {
                        inUse.remove(id);
                    }
                    return told;
                },
                id.session().incarnation(),
                id.sequence(),
                id.group(),
                enrolment.capabilities(),
                enrolment.createGroup() ? 1 : 0,
                enrolment.takeOver() ? 1 : 0);
    }

    @Override
    public CompletableFuture<Boolean> amend(EnrolmentId id, long edition, String capabilities) {
        SessionId session = id.session();
        return step(
                Script.AMEND,
                RedisDriver::yes,
                session.incarnation(),
                id.sequence(),
                id.group(),
                session.member(),
                edition,
                capabilities);
    }

    @Override
    public CompletableFuture<Boolean> withdraw(EnrolmentId id) {
        SessionId session = id.session();
        return step(
                Script.WITHDRAW,
                reply -> {
                    inUse.remove(id);
                    return yes(reply);
                },
                session.incarnation(),
                id.sequence(),
                id.group(),
                session.member());
    }

    @Override
    public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
        return step(Script.ROSTER, reply -> Answers.roster(group, reply, knownRevision), group, knownRevision);
    }

    @Override
    public CompletableFuture<Duration> watch(Subject subject) {
        CompletableFuture<Boolean> subscribed;
        subscribing.lock();
        try {
            interests.watch(subject);
            if (channels.contains(keys.channel(subject))) {
                return CompletableFuture.completedFuture(look);
            }
            // One connection keeps the order: a look that follows is answered when the subscription stands.
            subscribed = subscribe(subject);
        } finally {
            subscribing.unlock();
        }
        if (subject instanceof Subject.Key key && key.key().kind() == ClaimKey.Kind.LOCK) {
            subscribed = subscribed.thenCombine(step(Script.WATCH, RedisDriver::yes), (one, other) -> one);
        }
        return subscribed.thenApply(done -> look).whenComplete((told, failure) -> {
            if (failure != null) {
                forget(subject); // the next look watches again
            }
        });
    }

    private void forget(Subject subject) {
        subscribing.lock();
        try {
            interests.unwatch(subject);
            channels.remove(keys.channel(subject));
        } finally {
            subscribing.unlock();
        }
    }

    @Override
    public void unwatch(Subject subject) {
        subscribing.lock();
        try {
            interests.unwatch(subject);
            unsubscribe(subject);
        } finally {
            subscribing.unlock();
        }
    }

    private CompletableFuture<Boolean> subscribe(Subject subject) {
        String channel = keys.channel(subject);
        channels.add(channel);
        return line.submit(Request.subscription(sharded ? "SSUBSCRIBE" : "SUBSCRIBE", channel));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // if it fails, the connection is broken and the subscription with it
    private void unsubscribe(Subject subject) {
        String channel = keys.channel(subject);
        if (channels.remove(channel)) {
            line.submit(Request.subscription(sharded ? "SUNSUBSCRIBE" : "UNSUBSCRIBE", channel));
        }
    }

    @Override
    public List<Request<?>> greeting() {
        List<Request<?>> greeting = new ArrayList<>();
        channels.forEach(channel -> greeting.add(Request.subscription(sharded ? "SSUBSCRIBE" : "SUBSCRIBE", channel)));
        inUse.listed().forEach(known -> greeting.add(reconciliation(known)));
        return greeting;
    }

    /**
     * Spelled out: a server that does not know the script yet would have it asked once more, behind the claims that were asked meanwhile,
     * and these are not among what is known.
     */
    private Request<Boolean> reconciliation(Object[] known) {
        Request<Boolean> request = request(Script.RECONCILE, RedisDriver::tellLostWrites, known);
        request.spellOut();
        return request;
    }

    private static boolean tellLostWrites(Object reply) {
        if ((Long) reply > 0) {
            log.info("Redis has lost its last writes: {} claims or enrolments were given up once more", reply);
        }
        return true;
    }

    @Override
    public void connected() {
        interests.wakeAll(environment.signals());
    }

    @Override
    public void broken() {
        interests.wakeAll(environment.signals());
    }

    @Override
    public void message(String channel, String message) {
        interests.wake(Keys.address(channel, message), environment.signals());
    }

    @Override
    public void lend(BooleanSupplier done) {
        line.lend(done);
    }

    @Override
    public CompletableFuture<Void> close() {
        return line.close();
    }

    private <T> CompletableFuture<T> step(Script script, Function<Object, T> decoder, Object... arguments) {
        return line.submit(request(script, decoder, arguments));
    }

    private <T> Request<T> request(Script script, Function<Object, T> decoder, Object... arguments) {
        return Request.script(script.text(sharded), prefix, decoder, arguments);
    }

    private static boolean yes(Object reply) {
        return (Long) reply == 1;
    }
}
