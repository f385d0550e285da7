package dev.conclave.engine;

import dev.conclave.memory.VirtualTime;
import dev.conclave.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The clock of one simulated process: it may run a little fast or slow, and while the process is paused,
 * nothing runs in it although its clock goes on.
 */
final class MemberClock implements TimeSource {
    private final VirtualTime world;
    private final Random chance;
    private final double rate;
    private final long worldOrigin;
    private final List<Runnable> deferred = new ArrayList<>();
    private boolean paused;
    private boolean dead;

    MemberClock(VirtualTime world, Random chance, double rate) {
        this.world = world;
        this.chance = chance;
        this.rate = rate;
        this.worldOrigin = world.nanoTime();
    }

    @Override
    public long nanoTime() {
        return (long) ((world.nanoTime() - worldOrigin) * rate);
    }

    @Override
    public Instant now() {
        return world.now();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        boolean[] cancelled = {false};
        Duration wait = delay.compareTo(Duration.ofDays(1)) > 0
                ? Duration.ofDays(1)
                : Duration.ofNanos((long) Math.ceil(Nanos.of(delay) / rate));
        Timer timer = world.schedule(
                wait,
                () -> run(() -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                }));
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }

    /** Something happens to the process: a timer, a message. */
    void run(Runnable task) {
        if (dead) {
            return;
        }
        if (paused) {
            deferred.add(task);
        } else {
            task.run();
        }
    }

    boolean isPaused() {
        return paused;
    }

    void pause() {
        paused = true;
    }

    /** What happened meanwhile is found in any order: which thread the scheduler wakes first is not ours to say. */
    void resume() {
        paused = false;
        List<Runnable> found = new ArrayList<>(deferred);
        deferred.clear();
        Collections.shuffle(found, chance);
        found.forEach(this::run);
    }

    void kill() {
        dead = true;
        deferred.clear();
    }

    boolean isDead() {
        return dead;
    }
}
