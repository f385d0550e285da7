package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Durations;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import dev.conclave.spi.TimeSource;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where the API meets the engine. */
public final class Engine {
    private static final int INCARNATION_BITS = 128;
    private static final int INCARNATION_LENGTH = 26;
    private static final int CALLS_PER_CONNECT = 3;

    private Engine() {}

    /** Connects; errors as {@link dev.conclave.Conclave#connect(String, String)}. */
    public static Coordinator connect(DriverProvider provider, Target target, String member, ConnectOptions options)
            throws InterruptedException {
        SecureRandom random = new SecureRandom();
        return connect(provider, target, member, options, () -> incarnation(random), random.nextLong());
    }

    /** As above, with the sources of chance given, so that a simulation can be repeated. */
    static Coordinator connect(
            DriverProvider provider,
            Target target,
            String member,
            ConnectOptions options,
            Supplier<String> incarnations,
            long seed)
            throws InterruptedException {
        @Nullable SystemTime ours = options.timeSource().isPresent() ? null : new SystemTime(member);
        TimeSource time = ours == null ? options.timeSource().orElseThrow() : ours;
        AtomicReference<@Nullable ConnectedCoordinator> coordinator = new AtomicReference<>();
        Environment environment = new Environment(
                member,
                subject -> {
                    ConnectedCoordinator connected = coordinator.get();
                    if (connected != null) {
                        connected.changed(subject);
                    }
                },
                time,
                target.callTimeout());
        Runnable afterClose = ours == null ? () -> {} : ours::close;
        boolean connected = false;
        try {
            Driver driver = opened(provider, target, member, environment);
            String where = target + " (member " + member + ")";
            Steps steps = new Steps(driver, time, target.callTimeout(), target.ttl(), where, seed);
            Callbacks callbacks =
                    new Callbacks(member, options.callbackExecutor().orElse(null), time);
            EngineContext engine = new EngineContext(
                    member, time, steps, callbacks, new OpenThings(), new CallSites(time), target.ttl());
            ConnectedCoordinator made = new ConnectedCoordinator(engine, incarnations, afterClose);
            coordinator.set(made);
            connected = true;
            return made;
        } finally {
            if (!connected) {
                afterClose.run();
            }
        }
    }

    private static Driver opened(DriverProvider provider, Target target, String member, Environment environment)
            throws InterruptedException {
        CompletableFuture<Driver> opening = Steps.begin(() -> provider.open(target, environment));
        Duration limit = target.callTimeout().multipliedBy(CALLS_PER_CONNECT);
        try {
            return opening.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw Failures.ofConnecting(e);
        } catch (TimeoutException e) {
            closeWhenOpened(opening);
            throw new BackendUnavailableException(
                    target + " did not answer member " + member + " within " + Durations.format(limit), e);
        } catch (InterruptedException e) {
            closeWhenOpened(opening);
            throw e;
        }
    }

    /** Nobody waits for this driver any more. */
    private static void closeWhenOpened(CompletableFuture<Driver> opening) {
        Outcome.ignore(opening.thenCompose(Driver::close));
    }

    private static String incarnation(SecureRandom random) {
        String digits = new BigInteger(INCARNATION_BITS, random).toString(Character.MAX_RADIX);
        return "0".repeat(INCARNATION_LENGTH - digits.length()) + digits;
    }
}
