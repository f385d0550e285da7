package dev.conclave.memcached;

import dev.conclave.BackendUnavailableException;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Connecting blocks, and nobody is to be blocked by it; the driver's own thread begins with a connection. */
final class Opening {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_YOUTH = Duration.ofSeconds(3);

    private final Target target;
    private final Environment environment;
    private final CompletableFuture<Driver> opened;
    private final Endpoint endpoint;
    private final Login login;
    private final long begun;

    Opening(Target target, Environment environment, CompletableFuture<Driver> opened) {
        this.target = target;
        this.environment = environment;
        this.opened = opened;
        this.endpoint = new Endpoint(target, environment.member(), environment.callTimeout());
        this.login = new Login(endpoint, target);
        this.begun = environment.time().nanoTime();
    }

    void begin() {
        Thread thread = new Thread(this::attempt, "conclave-memcached-open");
        thread.setDaemon(true);
        thread.start();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // closing what came too late for anybody
    private void attempt() {
        try {
            Driver driver = MemcachedDriver.open(target, environment, endpoint, login);
            if (!opened.complete(driver)) {
                driver.close();
            }
        } catch (BackendUnavailableException e) {
            failed(e);
        } catch (Throwable e) {
            opened.completeExceptionally(e);
        }
    }

    /** A server that has just started will serve soon: nobody need be told. */
    private void failed(BackendUnavailableException reason) {
        long waited = environment.time().nanoTime() - begun;
        if (reason.getCause() instanceof Login.TooYoung && !opened.isDone() && waited < LONGEST_YOUTH.toNanos()) {
            environment.time().schedule(PAUSE, this::begin);
        } else {
            opened.completeExceptionally(reason);
        }
    }
}
