package dev.conclave.kit.line;

import dev.conclave.BackendUnavailableException;
import dev.conclave.kit.net.Direction;
import dev.conclave.kit.net.TcpProxy;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Signals;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The line between one member in this JVM and its backend. It can be cut, silenced in either direction and slowed down, single
 * steps can go astray, and steps are counted: so scenarios about a failing network run on every driver.
 *
 * <p>Where the backend has a server, faults of the whole line happen to real connections, in a {@link TcpProxy}. Where it has
 * none, they happen to the driver's steps, between the engine and the driver. The line then behaves like one TCP connection:
 * in order, and what is dropped silently arrives later unless the line is cut. Faults of single steps ({@link #befall}) and
 * counts are on the steps in both cases.
 *
 * <p>A member uses the line by connecting to {@link #url()}. Thread-safe.
 */
public final class Line implements AutoCloseable {
    private static final Map<String, Line> LINES = new ConcurrentHashMap<>();
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String id = String.valueOf(COUNT.incrementAndGet());
    private final String innerUrl;
    private final Optional<TcpProxy> proxy;
    private final UnaryOperator<Driver> decorator;
    private final Lane toBackend = new Lane();
    private final Lane toMember = new Lane();
    private final Map<Step, AtomicLong> counts = new EnumMap<>(Step.class);
    private final Map<Step, Queue<Mishap>> mishaps = new EnumMap<>(Step.class);
    private final Map<Long, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
    private final AtomicLong replies = new AtomicLong();
    private volatile boolean cut;

    private Line(String innerUrl, Optional<TcpProxy> proxy, UnaryOperator<Driver> decorator) {
        this.innerUrl = innerUrl;
        this.proxy = proxy;
        this.decorator = decorator;
        for (Step step : Step.values()) {
            counts.put(step, new AtomicLong());
            mishaps.put(step, new ConcurrentLinkedQueue<>());
        }
        LINES.put(id, this);
    }

    /** A line to a backend without a server. */
    public static Line to(String url) {
        return new Line(url, Optional.empty(), driver -> driver);
    }

    /** A line to a server through a proxy of the line's own, which it closes with itself. */
    public static Line through(TcpProxy proxy, String urlViaProxy) {
        return new Line(urlViaProxy, Optional.of(proxy), driver -> driver);
    }

    /** A line to a driver that is made worse on purpose, to show that a scenario can fail. */
    public static Line to(String url, UnaryOperator<Driver> decorator) {
        return new Line(url, Optional.empty(), decorator);
    }

    static Optional<Line> find(String id) {
        return Optional.ofNullable(LINES.get(id));
    }

    /** What a member connects to; options in the query are passed on. */
    public String url() {
        return LineProvider.SCHEME + ":" + id;
    }

    /** Where the line leads, without the options that the member adds. */
    String innerUrl() {
        return innerUrl;
    }

    /**
     * Drops silently: what travels in this direction does not arrive, and nobody is told. It arrives after {@link #heal()},
     * unless the line is cut first.
     */
    public void drop(Direction direction) {
        proxy.ifPresentOrElse(p -> p.drop(direction), () -> lane(direction).shut());
    }

    /** Drops silently in both directions. */
    public void drop() {
        drop(Direction.TO_BACKEND);
        drop(Direction.TO_MEMBER);
    }

    /** Makes everything in this direction arrive that much later. */
    public void delay(Direction direction, Duration delay) {
        proxy.ifPresentOrElse(
                p -> p.delay(direction, delay), () -> lane(direction).delay(delay.toNanos()));
    }

    /** Breaks the line so that it is noticed: what is under way is lost, and new attempts are refused. */
    public void cut() throws IOException {
        if (proxy.isPresent()) {
            proxy.get().refuse();
            proxy.get().cut();
            return;
        }
        cut = true;
        toBackend.lose();
        toMember.lose();
        failPending();
    }

    /** Ends the faults of the whole line. */
    public void heal() throws IOException {
        if (proxy.isPresent()) {
            proxy.get().heal();
        }
        cut = false;
        toBackend.open();
        toMember.open();
    }

    /** Lets the mishap befall the next step of that kind; called twice, the two next ones. */
    public void befall(Step step, Mishap mishap) {
        mishaps(step).add(mishap);
    }

    /** Takes back the mishaps that have not happened yet. */
    public void spare(Step step) {
        mishaps(step).clear();
    }

    /** Whether mishaps of that step are still to come. */
    public boolean isPending(Step step) {
        return !mishaps(step).isEmpty();
    }

    /** How many steps of that kind the member has begun. */
    public long count(Step step) {
        return Objects.requireNonNull(counts.get(step)).get();
    }

    /** How many steps of any kind the member has begun. */
    public long count() {
        return counts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    private Queue<Mishap> mishaps(Step step) {
        return Objects.requireNonNull(mishaps.get(step));
    }

    private Lane lane(Direction direction) {
        return direction == Direction.TO_BACKEND ? toBackend : toMember;
    }

    Driver decorate(Driver driver) {
        return decorator.apply(driver);
    }

    /** Carries a step there and its reply back. */
    @SuppressWarnings("FutureReturnValueIgnored") // the reply tells of the failures
    <T> CompletableFuture<T> carry(Step step, Supplier<CompletableFuture<T>> call) {
        Mishap mishap = mishaps(step).poll();
        if (cut || mishap == Mishap.REFUSED) {
            counted(step);
            return CompletableFuture.failedFuture(broken());
        }
        CompletableFuture<T> reply = new CompletableFuture<>();
        long number = replies.incrementAndGet();
        pending.put(number, reply);
        reply.whenComplete((value, failure) -> pending.remove(number));
        if (mishap != Mishap.REQUEST_LOST) {
            toBackend.send(() -> call.get().whenComplete((value, failure) -> {
                if (mishap != Mishap.REPLY_LOST) {
                    toMember.send(() -> complete(reply, value, failure));
                }
            }));
        }
        // Not before: who sees the count may rely on the request being under way.
        counted(step);
        return reply;
    }

    private void counted(Step step) {
        Objects.requireNonNull(counts.get(step)).incrementAndGet();
    }

    private static <T> void complete(CompletableFuture<T> reply, T value, Throwable failure) {
        if (failure == null) {
            reply.complete(value);
        } else {
            reply.completeExceptionally(failure);
        }
    }

    /** The member's signals, as they come over the line. */
    Signals carry(Signals signals) {
        return subject -> {
            if (!cut) {
                toMember.send(() -> signals.changed(subject));
            }
        };
    }

    void failPending() {
        pending.values().forEach(reply -> reply.completeExceptionally(broken()));
    }

    private static BackendUnavailableException broken() {
        return new BackendUnavailableException("the conformance kit has cut the line to the backend", null);
    }

    /** How often which step was begun. */
    @Override
    public String toString() {
        Map<Step, AtomicLong> begun = new EnumMap<>(counts);
        begun.values().removeIf(count -> count.get() == 0);
        return "line " + id + " " + begun;
    }

    /** Ends the faults and forgets the line. */
    @Override
    public void close() throws IOException {
        LINES.remove(id);
        heal();
        if (proxy.isPresent()) {
            proxy.get().close();
        }
    }
}
