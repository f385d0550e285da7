package dev.conclave.kit;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Claim;
import dev.conclave.Conclave;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.DriverInfo;
import dev.conclave.Durations;
import dev.conclave.Grant;
import dev.conclave.Loss;
import dev.conclave.Trait;
import dev.conclave.kit.line.Line;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.kit.process.MemberProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where one scenario plays: a namespace of its own on a backend, the members that the scenario brings on, and the lines and
 * processes that it can do things to. Whatever it brought is gone at its end.
 *
 * <p>Thread-safe.
 */
public final class Stage {
    /** Room for a slow machine in every bound on when something must have happened. */
    public static final Duration SLACK = Duration.ofSeconds(3);

    private static final int CONNECT_ATTEMPTS = 5;

    private final Backend backend;
    private final DriverInfo driver;
    private final Duration ttl;
    private final String namespace = "kit-" + UUID.randomUUID();
    private final List<Coordinator> coordinators = new CopyOnWriteArrayList<>();
    private final List<MemberProcess> processes = new CopyOnWriteArrayList<>();
    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final List<Administrator> administrators = new CopyOnWriteArrayList<>();
    private final List<KitTime> times = new CopyOnWriteArrayList<>();
    private final Collection<Grant> kept = new ConcurrentLinkedQueue<>();
    private final List<TermLog> candidates = new CopyOnWriteArrayList<>();
    private final CallbackThreads callbackThreads = new CallbackThreads();

    Stage(Backend backend, Duration ttl) {
        this.backend = backend;
        this.driver = backend.driver();
        this.ttl = ttl;
    }

    /** The backend, to do things to all of it. */
    public Backend backend() {
        return backend;
    }

    /** What the driver says of itself. */
    public DriverInfo driver() {
        return driver;
    }

    /** Whether the driver makes the promise. */
    public boolean promises(Trait trait) {
        return driver.traits().contains(trait);
    }

    /**
     * Whether a session is over with the connection that it lives on. So it is wherever a death is seen at once over a network: the
     * server cannot tell a process that was killed from a connection that was cut.
     */
    public boolean endsWithConnection() {
        return promises(Trait.INSTANT_DEATH) && backend.wire().isPresent();
    }

    /** The namespace that the scenario has to itself. */
    public String namespace() {
        return namespace;
    }

    /** The time-to-live of the sessions here. */
    public Duration ttl() {
        return ttl;
    }

    /** A fraction or multiple of the time-to-live. */
    public Duration ttl(double factor) {
        return Duration.ofNanos((long) (ttl.toNanos() * factor));
    }

    /** How soon others must know that a member's process was killed, with room for a slow machine. */
    public Duration deathBound() {
        return driver.deathSeenWithin().orElse(ttl).plus(SLACK);
    }

    /** The URL of this scenario's namespace, for members that the scenario connects by itself. */
    public String url() {
        return withOptions(backend.url());
    }

    /** The same over a line. */
    public String url(Line line) {
        return withOptions(line.url());
    }

    private String withOptions(String url) {
        return url + (url.contains("?") ? "&" : "?") + "namespace=" + namespace + "&ttl=" + Durations.format(ttl);
    }

    /** Brings on a member in this JVM. Two calls with one id are two incarnations of it. */
    public Coordinator member(String id) throws InterruptedException {
        return member(id, ConnectOptions.defaults());
    }

    /** Brings on a member in this JVM. */
    public Coordinator member(String id, ConnectOptions options) throws InterruptedException {
        return connect(url(), id, options);
    }

    /** Brings on a member in this JVM that is reached over the line. */
    public Coordinator member(String id, Line line) throws InterruptedException {
        return member(id, line, ConnectOptions.defaults());
    }

    /** Brings on a member in this JVM that is reached over the line. */
    public Coordinator member(String id, Line line, ConnectOptions options) throws InterruptedException {
        return connect(url(line), id, options);
    }

    /** Connecting is bounded by the time-to-live, which is short here: a slow disk may need another attempt. */
    private Coordinator connect(String url, String id, ConnectOptions options) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                Coordinator coordinator = Conclave.connect(url, id, options);
                coordinators.add(coordinator);
                return coordinator;
            } catch (BackendUnavailableException e) {
                if (attempt == CONNECT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A line between a member in this JVM and the backend. */
    public Line line() throws IOException {
        Line line;
        if (backend.wire().isPresent()) {
            Backend.Wire wire = backend.wire().get();
            TcpProxy proxy = TcpProxy.to(wire.server());
            line = Line.through(proxy, wire.urlVia().apply(proxy.address()));
        } else {
            line = Line.to(backend.url());
        }
        lines.add(line);
        return line;
    }

    /** Starts a member in a JVM of its own; several that are started one after the other come up side by side. */
    public MemberProcess process(String id) throws IOException {
        if (!promises(Trait.MULTI_PROCESS)) {
            throw NotApplicable.because("members in separate JVMs cannot share a " + driver.name() + " backend");
        }
        MemberProcess process = MemberProcess.start(url(), id);
        processes.add(process);
        return process;
    }

    /** Somebody who sees and changes what the backend stores, past all members. */
    public Administrator administrator() throws Exception {
        Administrator administrator = Administrator.at(url());
        administrators.add(administrator);
        return administrator;
    }

    /** Clocks that can be put wrong, for a member's options. */
    public KitTime time() {
        KitTime time = new KitTime();
        times.add(time);
        return time;
    }

    /** A listener that remembers. */
    public <T> Heard<T> hear() {
        return new Heard<>(callbackThreads);
    }

    /** A candidate that remembers its terms. */
    public TermLog candidate() {
        TermLog log = new TermLog(callbackThreads);
        candidates.add(log);
        return log;
    }

    /** The names of the threads on which listeners of this scenario were called. */
    public Set<String> callbackThreads() {
        return Set.copyOf(callbackThreads.seen());
    }

    /** Keeps a grant that the scenario has no further use for: dropped, it would be collected and released as a leak. */
    public Grant keep(Grant grant) {
        kept.add(grant);
        return grant;
    }

    /** Waits until the claim has told of its loss. */
    public Loss awaitLost(Claim claim) throws Exception {
        return Await.result("the loss of " + claim.name(), claim.lost());
    }

    /** What the members in other JVMs printed, for the report of a failure. */
    String diagnosis() {
        return String.join(
                "\n", processes.stream().map(MemberProcess::diagnosis).toList());
    }

    /** Clears the stage, and fails if a rule was broken that holds in every scenario. */
    void clear() throws Exception {
        processes.forEach(MemberProcess::close);
        for (Line line : lines) {
            line.heal();
        }
        coordinators.forEach(Coordinator::close);
        for (Administrator administrator : administrators) {
            administrator.close();
        }
        for (Line line : lines) {
            line.close();
        }
        times.forEach(KitTime::close);
        List<String> violations = new ArrayList<>(callbackThreads.violations());
        candidates.forEach(candidate -> violations.addAll(candidate.violations()));
        if (!violations.isEmpty()) {
            throw new AssertionError("rules that hold in every scenario were broken: " + violations);
        }
    }
}
