package dev.conclave.faults.member;

import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.Lock;
import dev.conclave.LockBusyException;
import dev.conclave.faults.history.Event.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A thread that acquires, holds and releases locks until it is told to stop. */
final class LockLoad implements Runnable {
    private static final String BUSY = "BUSY";

    private final Coordinator coordinator;
    private final Claims claims;
    private final Interrupter interrupter;
    private final Chance chance;
    private final long timeToLive;
    private final List<String> names;
    private final int shared;
    private final BooleanSupplier goesOn;

    /**
     * Prepares the load.
     *
     * @param names of the locks, each of which is only ever asked for by such threads
     * @param shared how many of a hundred claims are shared
     */
    LockLoad(
            Coordinator coordinator,
            Claims claims,
            Interrupter interrupter,
            Chance chance,
            long timeToLive,
            List<String> names,
            int shared,
            BooleanSupplier goesOn) {
        this.coordinator = coordinator;
        this.claims = claims;
        this.interrupter = interrupter;
        this.chance = chance;
        this.timeToLive = timeToLive;
        this.names = names;
        this.shared = shared;
        this.goesOn = goesOn;
    }

    @Override
    public void run() {
        while (goesOn.getAsBoolean()) {
            Mode mode = chance.percent(shared) ? Mode.SHARED : Mode.EXCLUSIVE;
            String name = chance.oneOf(names);
            Lock lock = coordinator.lock(name);
            attempt(mode, name, mode == Mode.SHARED ? lock.shared() : lock);
            chance.rest(5, 40);
        }
    }

    private void attempt(Mode mode, String name, Lock lock) {
        Way way = way();
        long op = claims.asked(mode, name, way.patience);
        Optional<Grant> grant;
        try (Interrupter.Disarming armed =
                way.mayBeInterrupted() && chance.percent(15) ? interrupter.after(waited(way)) : Interrupter.never()) {
            grant = way.acquiring.from(lock);
        } catch (LockBusyException e) {
            grant = Optional.empty();
        } catch (InterruptedException | RuntimeException e) {
            claims.gaveUp(op, e.getClass().getSimpleName());
            if (e instanceof RuntimeException failure) {
                Failures.note(claims, mode + " " + name, failure);
                chance.rest(50, 150);
            }
            return;
        }
        if (grant.isEmpty()) {
            claims.gaveUp(op, BUSY);
        } else {
            hold(claims.granted(op, mode, name, grant.get()), grant.get());
        }
    }

    private long waited(Way way) {
        return chance.between(1, way.patience < 0 ? timeToLive : Math.max(2, way.patience));
    }

    private void hold(Claims.Held held, Grant grant) {
        long millis = chance.percent(3) ? chance.between(timeToLive / 2, 3 * timeToLive) : chance.between(0, 25);
        held.hold(chance, millis);
        try {
            held.release(() -> grant.release().name());
        } catch (InterruptedException | RuntimeException e) {
            Failures.note(claims, "releasing " + grant.name(), e);
        }
    }

    /** How to ask. */
    private record Way(long patience, Acquiring acquiring) {
        boolean mayBeInterrupted() {
            return patience != 0;
        }
    }

    @FunctionalInterface
    private interface Acquiring {
        Optional<Grant> from(Lock lock) throws InterruptedException;
    }

    private Way way() {
        long patience = chance.between(10, timeToLive);
        Duration wait = Duration.ofMillis(patience);
        return switch ((int) chance.between(0, 5)) {
            case 0 -> new Way(0, Lock::tryAcquire);
            case 1 -> new Way(patience, lock -> lock.tryAcquire(wait));
            case 2 -> new Way(2 * timeToLive, lock -> lock.tryAcquire(Duration.ofMillis(2 * timeToLive)));
            case 3 -> new Way(patience, lock -> Optional.of(lock.acquire(wait)));
            default -> new Way(-1, lock -> Optional.of(lock.acquire()));
        };
    }
}
