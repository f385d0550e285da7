package dev.conclave.memory;

import dev.conclave.memory.MemoryBackend.Outage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A link that carries everything at once, except for what a test has it lose or hold. */
final class MemberLink implements Link {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> held = new ArrayList<>();
    private @Nullable Outage outage;
    private int requestsToLose;
    private int repliesToLose;

    private enum Fate {
        ARRIVES,
        HELD,
        LOST
    }

    @Override
    public void request(Runnable arrival) {
        carry(arrival, () -> requestsToLose > 0 && requestsToLose-- > 0 ? Fate.LOST : fate(Outage.LATE_REQUESTS));
    }

    @Override
    public void reply(Runnable arrival) {
        carry(arrival, () -> repliesToLose > 0 && repliesToLose-- > 0 ? Fate.LOST : fate(Outage.LATE_REPLIES));
    }

    @Override
    public void signal(Runnable arrival) {
        carry(arrival, () -> fate(Outage.LATE_REPLIES));
    }

    void loseNextRequest() {
        locked(() -> requestsToLose++);
    }

    void loseNextReply() {
        locked(() -> repliesToLose++);
    }

    void cut(Outage how) {
        locked(() -> outage = how);
    }

    /** Ends the outage; what was held arrives now, in the order of its sending. */
    void reconnect() {
        List<Runnable> late = locked(() -> {
            outage = null;
            List<Runnable> taken = List.copyOf(held);
            held.clear();
            return taken;
        });
        late.forEach(Runnable::run);
    }

    /** What is on its way never arrives. */
    void dropHeld() {
        locked(() -> held.retainAll(List.of()));
    }

    /** Whether it works and has nothing in store. */
    boolean isSound() {
        return locked(() -> outage == null && requestsToLose == 0 && repliesToLose == 0);
    }

    private void carry(Runnable arrival, Supplier<Fate> decision) {
        Fate fate = locked(() -> {
            Fate decided = decision.get();
            if (decided == Fate.HELD) {
                held.add(arrival);
            }
            return decided;
        });
        if (fate == Fate.ARRIVES) {
            arrival.run();
        }
    }

    private Fate fate(Outage holding) {
        if (outage == null) {
            return Fate.ARRIVES;
        }
        if (outage == Outage.LOST) {
            return Fate.LOST;
        }
        return outage == holding ? Fate.HELD : Fate.ARRIVES;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
