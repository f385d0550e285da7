package dev.conclave.kit;

import dev.conclave.kit.net.TcpProxy;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Drivers with no engine above them, for a driver's own tests of its single steps. Thread-safe but for {@link #close}. */
public final class BareDrivers implements AutoCloseable {
    private final DriverProvider provider;
    private final Duration callTimeout;
    private final Set<Subject> signals = ConcurrentHashMap.newKeySet();
    private final List<Runnable> open = new ArrayList<>();

    /** Makes none yet. */
    public BareDrivers(DriverProvider provider, Duration callTimeout) {
        this.provider = provider;
        this.callTimeout = callTimeout;
    }

    /** Opens one, for the member {@code test}, with clocks that are right. */
    public Driver open(String url) throws Exception {
        return open(url, Duration.ZERO);
    }

    /** As above, with a wall clock that is wrong. */
    public Driver open(String url, Duration clockOffBy) throws Exception {
        return open(url, clockOffBy, signals::add);
    }

    /** As above, with who is told of signals, on the driver's own thread, instead of {@link #signals}. */
    public synchronized Driver open(String url, Duration clockOffBy, Signals told) throws Exception {
        KitTime time = new KitTime();
        time.shift(clockOffBy);
        open.add(time::close);
        Target target = Target.parse(url, Map.of(), provider.options());
        Driver driver = get(provider.open(target, new Environment("test", told, time, callTimeout)));
        open.add(() -> driver.close()
                .orTimeout(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .join());
        return driver;
    }

    /** What the drivers have signalled; may be cleared. */
    public Set<Subject> signals() {
        return signals;
    }

    /** The outcome of a step, in bounded time. */
    public static <T> T get(CompletableFuture<T> step)
            throws InterruptedException, ExecutionException, TimeoutException {
        return step.get(Await.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for a step as the engine does, which lends the thread; returns the thread on which the answer came. */
    public static <T> @Nullable Thread lent(Driver driver, CompletableFuture<T> step) throws Exception {
        AtomicReference<@Nullable Thread> on = new AtomicReference<>();
        Thread caller = Thread.currentThread();
        AtomicBoolean lending = new AtomicBoolean();
        CompletableFuture<T> told = step.whenComplete((value, failure) -> {
            Thread here = Thread.currentThread();
            // What was answered before is told on this thread too, which had not been lent yet.
            on.set(here != caller || lending.get() ? here : null);
        });
        lending.set(true);
        driver.lend(told::isDone);
        get(told);
        return on.get();
    }

    /** Takes a free lock and gives it back, lending the thread; returns whether both answers came on this thread. */
    public static boolean lentCycle(Driver driver, ClaimId id) throws Exception {
        CompletableFuture<ClaimReply> claim = driver.claim(new ClaimRequest(id, false, false, ""));
        Thread first = lent(driver, claim);
        CompletableFuture<Released> release = driver.release(id);
        Thread second = lent(driver, release);
        if (!(claim.join() instanceof ClaimReply.Granted) || release.join() != Released.HELD) {
            throw new AssertionError("the claim was answered " + claim.join() + ", the release " + release.join());
        }
        return first == Thread.currentThread() && second == first;
    }

    /** Interrupts the calling thread as soon as it has sent something more through the proxy, to which no answer comes. */
    public static CompletableFuture<Void> interruptOnceAskedThrough(TcpProxy proxy) {
        Thread caller = Thread.currentThread();
        long before = proxy.packets();
        return CompletableFuture.runAsync(() -> {
            try {
                Await.until("the request to be on its way", () -> proxy.packets() > before);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                caller.interrupt();
            }
        });
    }

    /** A session whose incarnation is a letter again and again. */
    public static SessionId session(String member, char letter) {
        return new SessionId(member, String.valueOf(letter).repeat(26));
    }

    /** A claim on a lock. */
    public static ClaimId claimId(SessionId session, String lock, long sequence) {
        return new ClaimId(new ClaimKey(ClaimKey.Kind.LOCK, lock), session, sequence);
    }

    /** Closes all drivers, the last that was opened first. */
    @Override
    public synchronized void close() {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).run();
        }
        open.clear();
    }
}
