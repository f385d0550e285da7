package dev.conclave.engine;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** One coordinator over a {@link ScriptedDriver} in {@link ManualTime}; callbacks run at once unless told otherwise. */
final class Rig {
    static final Duration TTL = Duration.ofSeconds(10);
    static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

    final ManualTime time = new ManualTime();
    final ScriptedDriver driver;
    final EngineContext engine;
    final ConnectedCoordinator coordinator;

    Rig() {
        this(ScriptedDriver.obliging(TTL), Runnable::run);
    }

    Rig(ScriptedDriver driver) {
        this(driver, Runnable::run);
    }

    Rig(ScriptedDriver driver, Executor callbacks) {
        this.driver = driver;
        AtomicInteger incarnations = new AtomicInteger();
        Steps steps = new Steps(driver, time, CALL_TIMEOUT, TTL, "scripted: (member ada)", 42);
        this.engine = new EngineContext(
                "ada", time, steps, new Callbacks("ada", callbacks, time), new OpenThings(), new CallSites(time), TTL);
        this.coordinator =
                new ConnectedCoordinator(engine, () -> "incarnation-" + incarnations.incrementAndGet(), () -> {});
    }

    /** Timers that are still to run; without the one that watches over steps, which is not cancelled when they are answered. */
    int timersLeft() {
        time.advance(CALL_TIMEOUT);
        return time.pending();
    }
}
