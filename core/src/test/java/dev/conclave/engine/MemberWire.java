package dev.conclave.engine;

import dev.conclave.memory.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The network between one simulated process and the backend: it delays, loses, holds and so reorders messages. */
final class MemberWire implements Wire {
    private final Simulation simulation;
    private final MemberClock clock;
    private final List<Runnable> held = new ArrayList<>();
    private boolean direct = true;
    private Outage outage = Outage.NONE;

    /** What a network does to a member for a while. */
    enum Outage {
        NONE,
        LOSES_ALL,
        LOSES_REQUESTS,
        LOSES_REPLIES,
        HOLDS_ALL
    }

    MemberWire(Simulation simulation, MemberClock clock) {
        this.simulation = simulation;
        this.clock = clock;
    }

    /** Connecting and closing are not what is simulated: until here, and after {@link #direct()}, all arrives at once. */
    void connected() {
        direct = false;
    }

    void direct() {
        heal();
        direct = true;
    }

    void cut(Outage how) {
        outage = how;
    }

    void heal() {
        outage = Outage.NONE;
        List<Runnable> late = new ArrayList<>(held);
        held.clear();
        late.forEach(Runnable::run);
    }

    boolean isCut() {
        return outage != Outage.NONE;
    }

    @Override
    public void request(Runnable arrival) {
        if (!clock.isDead()) {
            carry(arrival, outage == Outage.LOSES_REQUESTS);
        }
    }

    @Override
    public void reply(Runnable arrival) {
        carry(() -> clock.run(arrival), outage == Outage.LOSES_REPLIES);
    }

    private void carry(Runnable arrival, boolean lostWay) {
        if (direct) {
            arrival.run();
        } else if (lostWay || outage == Outage.LOSES_ALL || simulation.losesMessage()) {
            return;
        } else if (outage == Outage.HOLDS_ALL) {
            held.add(arrival);
        } else {
            Duration delay = simulation.messageDelay();
            simulation.time().schedule(delay, arrival);
        }
    }
}
