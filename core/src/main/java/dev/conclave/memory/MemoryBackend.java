package dev.conclave.memory;

import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Names;
import dev.conclave.spi.TimeSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code memory:} URLs connect to: a backend within the JVM, for tests and for programs of one
 * process. A test holds it to make the things happen that a network and a server do to a member.
 *
 * <pre>{@code
 * VirtualTime time = new VirtualTime();
 * try (MemoryBackend backend = MemoryBackend.create("invoices", time);
 *         Coordinator ada = Conclave.connect(backend.url(), "ada", options(time));
 *         Coordinator bob = Conclave.connect(backend.url(), "bob", options(time))) {
 *     Grant adas = ada.lock("invoice-42").tryAcquire().orElseThrow();
 *
 *     backend.cutOff("ada", MemoryBackend.Outage.LOST);
 *     time.advance(Duration.ofSeconds(11));           // ada's session has ended by now
 *
 *     assertThat(adas.isValid()).isFalse();
 *     assertThat(bob.lock("invoice-42").tryAcquire()).isPresent();
 * }
 *
 * static ConnectOptions options(VirtualTime time) {
 *     return ConnectOptions.builder().timeSource(time).callbackExecutor(Runnable::run).build();
 * }
 * }</pre>
 *
 * <p>Backends of different names know nothing of each other. A backend lasts until it is {@linkplain
 * #close() closed}, whether or not anybody is connected. Fencing tokens grow as long as it lasts, whatever
 * is done to it. Of a name that nobody holds or waits for, it keeps nothing.
 *
 * <p>Thread-safe.
 */
public final class MemoryBackend implements AutoCloseable {
    private static final Map<String, MemoryBackend> BY_NAME = new ConcurrentHashMap<>();

    private final String name;
    /** Whether the clock was given; else it is one of the open connections'. */
    private final boolean ownTime;

    /** Guards all that follows. Replies and signals go out after it is released. */
    private final ReentrantLock lock = new ReentrantLock();

    final Ledger ledger;
    final Map<String, Space> spaces = new LinkedHashMap<>();
    final Map<String, MemberLink> links = new LinkedHashMap<>();
    private final Set<MemoryDriver> connections = new LinkedHashSet<>();
    private TimeSource.@Nullable Timer alarm;
    private long alarmAt;

    /** What happens to the messages of a member that is cut off. */
    public enum Outage {
        /** Nothing arrives in either direction, also later. */
        LOST,
        /** Requests are held, and arrive when the member is connected again: long after it gave them up. */
        LATE_REQUESTS,
        /** Requests arrive and take effect; answers and signals are held until the member is connected again. */
        LATE_REPLIES
    }

    MemoryBackend(String name, @Nullable TimeSource time) {
        this.name = Names.checked("memory backend", name);
        this.ownTime = time != null;
        this.ledger = new Ledger(time);
    }

    /**
     * The backend of this name, which is made if there is none. One that is made here, or by a URL, goes by
     * the clock of the members that are connected.
     *
     * @param name as in {@code memory:NAME}; any non-empty Unicode text up to 512 bytes of UTF-8
     */
    public static MemoryBackend named(String name) {
        return BY_NAME.computeIfAbsent(name, key -> new MemoryBackend(key, null));
    }

    /**
     * Makes a backend that goes by the given clock. Its members should go by the same one.
     *
     * @param name as in {@code memory:NAME}; any non-empty Unicode text up to 512 bytes of UTF-8
     * @throws IllegalStateException if there is a backend of this name that is not closed
     */
    public static MemoryBackend create(String name, TimeSource time) {
        MemoryBackend created = new MemoryBackend(name, time);
        if (BY_NAME.putIfAbsent(name, created) != null) {
            throw new IllegalStateException(
                    "there is a memory backend named '" + name + "' already; was it not closed by another test?");
        }
        return created;
    }

    /** The URL that connects to this backend: {@code memory:NAME}, with the name percent-encoded. */
    public String url() {
        return "memory:" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Ends the member's sessions now, as if their time-to-live had passed.
     *
     * @return whether it had any
     */
    public boolean expire(String member) {
        return locked(() -> {
            List<Session> sessions = ledger.sessions.of(member);
            sessions.forEach(ledger::end);
            return !sessions.isEmpty();
        });
    }

    /** The member's next request never arrives. Called twice, the next two do not. */
    public void loseNextRequest(String member) {
        lockedLinkOf(member).loseNextRequest();
    }

    /** The member's next request takes effect, but its answer never arrives. Called twice, the next two do not. */
    public void loseNextReply(String member) {
        lockedLinkOf(member).loseNextReply();
    }

    /** Cuts the member off until {@link #reconnect}. It need not be connected yet. */
    public void cutOff(String member, Outage how) {
        lockedLinkOf(member).cut(how);
    }

    /**
     * Ends {@link #cutOff}. What was held arrives within this call, in the order of its sending; then the
     * member is signalled all that it waits for or watches.
     */
    public void reconnect(String member) {
        lockedLinkOf(member).reconnect();
        run(() -> {
            connections.stream()
                    .filter(driver -> driver.member().equals(member))
                    .forEach(this::remind);
            dropLinkOf(member);
        });
    }

    /**
     * What a restart does to a backend that keeps its data: messages that are on their way are lost, and so
     * is the history of what changed in groups; claims, groups and sessions stay. For one that does not keep
     * its data, call {@link #forget} too.
     */
    public void restart() {
        run(() -> {
            links.values().forEach(MemberLink::dropHeld);
            spaces.values().forEach(space -> space.groups.forgetHistory());
            connections.forEach(this::remind);
        });
    }

    /** Ends all sessions and drops all groups, as when an operator flushes the backend. Tokens still grow. */
    public void forget() {
        run(() -> {
            ledger.sessions.all().forEach(ledger::end);
            spaces.values().forEach(space -> space.groups.forget());
            spaces.values().removeIf(Space::isUnused);
        });
    }

    /**
     * Gives the name free: a URL with it leads to a new backend from now on. Members that are connected to
     * this one stay connected.
     */
    @Override
    public void close() {
        BY_NAME.remove(name, this);
    }

    /** Connects a member over the link that is in this backend's hand. */
    CompletableFuture<Driver> connect(String namespace, Duration patience, Environment environment) {
        return locked(() ->
                        attach(new MemoryDriver(this, namespace, patience, environment, linkOf(environment.member()))))
                .connect();
    }

    /** Connects a member over any link. */
    CompletableFuture<Driver> connect(String namespace, Duration patience, Environment environment, Link link) {
        return locked(() -> attach(new MemoryDriver(this, namespace, patience, environment, link)))
                .connect();
    }

    /** Runs one step at one instant, at which no session is overdue. */
    <T> T step(String namespace, Function<Space, T> step) {
        return locked(() -> {
            T answer = step.apply(spaceOf(namespace));
            // A request that comes late, after its sender has closed, must not leave its namespace behind.
            dropIfUnused(namespace);
            return answer;
        });
    }

    void detach(MemoryDriver driver) {
        run(() -> {
            if (connections.remove(driver)) {
                spaceOf(driver.namespace()).disconnected(driver);
                dropIfUnused(driver.namespace());
                dropLinkOf(driver.member());
                borrowTime();
            }
        });
    }

    private MemoryDriver attach(MemoryDriver driver) {
        connections.add(driver);
        spaceOf(driver.namespace()).connected();
        borrowTime();
        return driver;
    }

    private void remind(MemoryDriver driver) {
        spaceOf(driver.namespace()).remind(driver);
    }

    /** Goes by the clock of somebody who is still connected: that of a closed member may ring no alarms. */
    private void borrowTime() {
        if (ownTime || connections.isEmpty()) {
            return;
        }
        TimeSource lent = connections.iterator().next().time();
        if (!ledger.goesBy(lent)) {
            ledger.setTime(lent);
            cancelAlarm();
        }
    }

    private Space spaceOf(String namespace) {
        return spaces.computeIfAbsent(namespace, key -> new Space(ledger));
    }

    private void dropIfUnused(String namespace) {
        spaces.computeIfPresent(namespace, (key, space) -> space.isUnused() ? null : space);
    }

    private MemberLink linkOf(String member) {
        return links.computeIfAbsent(member, key -> new MemberLink());
    }

    private MemberLink lockedLinkOf(String member) {
        return locked(() -> linkOf(member));
    }

    private void dropLinkOf(String member) {
        boolean used = connections.stream().anyMatch(driver -> driver.member().equals(member));
        links.computeIfPresent(member, (key, link) -> used || !link.isSound() ? link : null);
    }

    private void run(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    /** The only way to what the lock guards; signals go out after it is released. */
    private <T> T locked(Supplier<T> action) {
        List<Runnable> signals;
        T result;
        lock.lock();
        try {
            ledger.endOverdue();
            result = action.get();
            setAlarm();
            signals = ledger.takeSignals();
        } finally {
            lock.unlock();
        }
        signals.forEach(Runnable::run);
        return result;
    }

    /** Makes sure that those who watch or wait hear of the next session that ends unrenewed. */
    private void setAlarm() {
        Session next = ledger.sessions.next();
        if (next == null) {
            cancelAlarm();
        } else if (alarm == null || next.deadline - alarmAt < 0) {
            cancelAlarm();
            alarmAt = next.deadline;
            alarm = ledger.time().schedule(ledger.left(next), this::onAlarm);
        }
    }

    private void onAlarm() {
        run(() -> {
            alarm = null;
            spaces.values().removeIf(Space::isUnused);
        });
    }

    private void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
    }

    /** As in a URL. */
    @Override
    public String toString() {
        return "memory:" + name;
    }
}
