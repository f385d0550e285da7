package dev.conclave.faults.member;

import dev.conclave.Claim;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.HistoryWriter;
import dev.conclave.faults.registers.RegisterClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** All claims of this process, from asking to the end. Thread-safe. */
final class Claims {
    private static final long ASK_NANOS = 1_000_000;
    /** Worth telling: a good part of a call time-out. */
    private static final long STALL_NANOS = 100_000_000;

    final HistoryWriter history;
    private final Orders orders;
    private final AtomicLong ops = new AtomicLong();
    private final Set<Belief> beliefs = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<RegisterClient> registers = ThreadLocal.withInitial(this::connect);
    private final AtomicLong granted = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    Claims(Orders orders, HistoryWriter history) {
        this.orders = orders;
        this.history = history;
    }

    private RegisterClient connect() {
        try {
            return new RegisterClient(orders.registers());
        } catch (IOException e) {
            throw new UncheckedIOException("the registers cannot be reached", e);
        }
    }

    /** Asks all claims what they say, for as long as the process lives. */
    void askForever(Runnable also) {
        long last = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            if (now - last > STALL_NANOS) {
                history.write(now, new Event.Stalled(last, now));
            }
            last = now;
            beliefs.forEach(Belief::ask);
            beliefs.removeIf(Belief::isOver);
            also.run();
            LockSupport.parkNanos(ASK_NANOS);
        }
    }

    long asked(Mode mode, String name, long patienceMillis) {
        long op = ops.incrementAndGet();
        history.write(new Event.Asked(op, mode, name, patienceMillis));
        return op;
    }

    void gaveUp(long op, String why) {
        history.write(new Event.GaveUp(op, why));
    }

    void failed() {
        failed.incrementAndGet();
    }

    /** A lock was granted. */
    @SuppressWarnings(
            "FutureReturnValueIgnored") // if it cannot be written, a loss is missing in the history, which the checker
    // finds
    Held granted(long op, Mode mode, String name, Claim claim) {
        Held held = new Held(op, mode, name, claim);
        claim.lost().thenAccept(loss -> held.lost(loss.reason().name()));
        return held;
    }

    /** A leadership was granted; the listener says when it is lost. */
    Held led(String election, Claim leadership) {
        return new Held(ops.incrementAndGet(), Mode.LEADERSHIP, election, leadership);
    }

    /** For people: what was granted, lost, and failed so far. */
    String totals() {
        return granted + " " + lost + " " + failed;
    }

    /** A claim that stands or stood. */
    final class Held {
        private final long op;
        private final Mode mode;
        private final String name;
        private final Claim claim;
        private final Belief belief;

        private Held(long op, Mode mode, String name, Claim claim) {
            this.op = op;
            this.mode = mode;
            this.name = name;
            this.claim = claim;
            this.belief = new Belief(op, claim, history);
            history.write(new Event.Granted(op, mode, name, claim.fencingToken()));
            granted.incrementAndGet();
            beliefs.add(belief);
        }

        void lost(String reason) {
            history.write(new Event.Lost(op, reason));
            if (!reason.equals("RELEASED")) {
                lost.incrementAndGet();
            }
        }

        /**
         * Writes to the registers if the claim says that it is valid; who shares a lock only reads, so writes nothing. Between asking and writing
         * there may be a time: that is what tokens are for.
         */
        boolean step(Chance chance) {
            long checked = System.nanoTime();
            boolean valid = claim.isValid();
            history.write(new Event.Step(op, checked, valid));
            if (valid && mode != Mode.SHARED) {
                chance.rest(0, chance.percent(2) ? orders.timeToLive() / 2 : 3);
                write();
            }
            return valid;
        }

        private void write() {
            String by = orders.who() + "/" + op;
            try {
                registers.get().write(true, name, by, claim.fencingToken());
                registers.get().write(false, name, by, claim.fencingToken());
            } catch (IOException e) {
                throw new UncheckedIOException("the registers do not answer", e);
            }
        }

        /** Steps now and then for so long, or until the claim is not valid any more. */
        void hold(Chance chance, long millis) {
            long end = System.nanoTime() + millis * 1_000_000;
            while (step(chance) && System.nanoTime() < end) {
                chance.rest(20, Math.max(21, Math.min(250, millis)));
            }
        }

        /** Gives it back, in the way that is given. */
        void release(Returning way) throws InterruptedException {
            belief.end();
            history.write(new Event.Releasing(op));
            try {
                history.write(new Event.Released(op, way.giveBack()));
            } catch (RuntimeException e) {
                history.write(new Event.Released(op, e.getClass().getSimpleName()));
                throw e;
            }
        }
    }

    /** A way to give a claim back; what came of it. */
    @FunctionalInterface
    interface Returning {
        String giveBack() throws InterruptedException;
    }
}
