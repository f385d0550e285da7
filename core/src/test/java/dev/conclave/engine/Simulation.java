package dev.conclave.engine;

import dev.conclave.Claim;
import dev.conclave.memory.MemoryBackend;
import dev.conclave.memory.VirtualTime;
import dev.conclave.memory.Wire;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: several members with the real engine against a simulated backend, in virtual time and on
 * one thread, so that a seed says all that happens. After each event the invariants are checked:
 *
 * <ol>
 *   <li>no two valid exclusive grants, nor an exclusive and a shared one, of a name at one true time;
 *   <li>tokens grow;
 *   <li>what was seen lost is never valid again, and every loss is told;
 *   <li>granted and revoked alternate, once per term;
 *   <li>events agree with views; in the end all views agree with the backend;
 *   <li>in the end nobody waits, one candidate leads, and no timer, claim or session is left.
 * </ol>
 */
final class Simulation {
    static final Duration TTL = Duration.ofSeconds(1);
    private static final int MEMBERS = 3;
    private static final Duration TROUBLE = TTL.multipliedBy(12);
    private static final Duration CALM = TTL.multipliedBy(15);
    private static final int TRACE = 60;

    private final long seed;
    private final Random chance;
    private final VirtualTime time = new VirtualTime();
    private final long began = time.nanoTime();
    private final MemoryBackend backend;
    private final List<SimulatedMember> members = new ArrayList<>();
    private final Map<String, Long> lastExclusive = new HashMap<>();
    private final Map<String, Long> lastAny = new HashMap<>();
    /** Up to which token an administrator took a member's claims away; and which single ones. */
    private final Map<String, Long> takenBefore = new HashMap<>();

    private final Set<Long> broken = new HashSet<>();
    private final Deque<String> trace = new ArrayDeque<>();
    private final double lossiness;
    private boolean calm;
    private int runs;
    private long events;
    private long lastEvent = began;
    private long grants;
    private @Nullable Violation violation;

    /** An invariant that did not hold, with what is needed to see it again. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }

    Simulation(long seed) {
        this.seed = seed;
        this.chance = new Random(seed);
        this.lossiness = chance.nextInt(3) * 0.01;
        this.backend =
                MemoryBackend.create("simulated-" + Thread.currentThread().getId() + "-" + seed, time);
    }

    /** Runs the schedule to its end; returns how many grants were given. */
    long run() throws InterruptedException {
        try {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(new SimulatedMember(this, "m" + i, runs++));
            }
            time.schedule(Duration.ZERO, this::actSoon);
            time.schedule(somewhere(TTL), this::strikeSoon);
            pass(TROUBLE);
            calmDown();
            pass(CALM);
            checkOneLeader();
            members.forEach(SimulatedMember::retire);
            pass(CALM);
            checkEnd();
            return grants;
        } finally {
            backend.close();
        }
    }

    long events() {
        return events;
    }

    private void pass(Duration duration) {
        time.advanceUntil(
                () -> {
                    if (violation != null) {
                        throw violation;
                    }
                    events++;
                    long now = time.nanoTime();
                    Duration passed = Duration.ofNanos(now - lastEvent);
                    lastEvent = now;
                    members.forEach(member -> member.ran(passed));
                    checkExclusion();
                    return false;
                },
                duration);
    }

    private void actSoon() {
        SimulatedMember member = oneOf(members);
        member.clock.run(member::act);
        if (!calm) {
            time.schedule(somewhere(TTL.dividedBy(4)), this::actSoon);
        }
    }

    private void strikeSoon() {
        if (calm) {
            return;
        }
        SimulatedMember member = oneOf(members);
        Duration duration = somewhere(TTL.multipliedBy(3));
        switch (chance.nextInt(8)) {
            case 0, 1 -> {
                if (!member.clock.isPaused()) {
                    note(member.id + " is paused for " + duration);
                    member.clock.pause();
                    time.schedule(duration, member.clock::resume);
                }
            }
            case 2, 3, 4 -> {
                MemberWire.Outage outage = oneOf(List.of(MemberWire.Outage.values()));
                note(member.id + " is cut off for " + duration + ": " + outage);
                member.wire.cut(outage);
                time.schedule(
                        outage == MemberWire.Outage.HOLDS_ALL ? somewhere(TTL.dividedBy(2)) : duration,
                        member.wire::heal);
            }
            case 5 -> {
                note(member.id + " is expired by the backend");
                backend.expire(member.id);
                takenBefore.put(member.id, Wire.tokenMark(backend));
            }
            case 6 -> killAndRestart(member);
            default -> {
                if (chance.nextInt(4) == 0) {
                    note("the backend forgets all");
                    backend.forget();
                    members.forEach(each -> takenBefore.put(each.id, Wire.tokenMark(backend)));
                }
            }
        }
        time.schedule(somewhere(TTL.multipliedBy(2)), this::strikeSoon);
    }

    private void killAndRestart(SimulatedMember member) {
        note(member.id + " is killed and started again");
        member.kill();
        try {
            members.set(members.indexOf(member), new SimulatedMember(this, member.id, runs++));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void calmDown() {
        note("calm");
        calm = true;
        for (SimulatedMember member : members) {
            member.wire.heal();
            member.clock.resume();
        }
    }

    // ---- chance

    Random chance() {
        return chance;
    }

    <T> T oneOf(List<T> things) {
        return things.get(chance.nextInt(things.size()));
    }

    private Duration somewhere(Duration limit) {
        return Duration.ofNanos((long) (chance.nextDouble() * limit.toNanos()));
    }

    /** NTP slews a clock by at most 500 parts in a million. */
    double clockRate() {
        return 1 + (chance.nextDouble() * 2 - 1) * 500e-6;
    }

    Duration messageDelay() {
        if (calm) {
            return Duration.ofMillis(1);
        }
        int kind = chance.nextInt(100);
        return kind < 93
                ? somewhere(Duration.ofMillis(8))
                : somewhere(kind < 98 ? TTL.dividedBy(2) : TTL.multipliedBy(9).dividedBy(10));
    }

    Duration callbackDelay() {
        return chance.nextInt(20) == 0 ? somewhere(TTL) : Duration.ZERO;
    }

    boolean losesMessage() {
        return !calm && chance.nextDouble() < lossiness;
    }

    Duration patience() {
        return switch (chance.nextInt(4)) {
            case 0 -> Duration.ZERO;
            case 1 -> somewhere(TTL);
            case 2 -> somewhere(TTL.multipliedBy(5));
            default -> Duration.ofDays(400_000);
        };
    }

    Duration holdingTime() {
        return somewhere(chance.nextInt(4) == 0 ? TTL.multipliedBy(3) : TTL.dividedBy(5));
    }

    VirtualTime time() {
        return time;
    }

    MemoryBackend backend() {
        return backend;
    }

    // ---- invariants

    void granted(String member, Claim claim, boolean shared) {
        grants++;
        String name = claim.getClass().getSimpleName() + " " + claim.name();
        note(member + " got " + (shared ? "shared " : "") + name + "/" + claim.fencingToken());
        long floor = (shared ? lastExclusive : lastAny).getOrDefault(name, 0L);
        // One that is handed over late, and is lost already, or taken away unknown to it, may well be an older one.
        boolean stands = claim.isValid() && !isTaken(member, claim.fencingToken());
        if (stands && claim.fencingToken() <= floor) {
            fail(member + " got the token " + claim.fencingToken() + " of " + name + " after " + floor);
        }
        if (!shared) {
            lastExclusive.merge(name, claim.fencingToken(), Math::max);
        }
        lastAny.merge(name, claim.fencingToken(), Math::max);
    }

    private void checkExclusion() {
        Map<String, String> exclusive = new HashMap<>();
        Map<String, String> shared = new HashMap<>();
        for (SimulatedMember member : members) {
            for (SimulatedMember.Note note : member.beliefs()) {
                if (isTaken(member.id, note.claim.fencingToken())) {
                    continue;
                }
                String name = note.claim.getClass().getSimpleName() + " " + note.claim.name();
                String holder = member.id + "/" + note.claim.fencingToken();
                String other = note.shared ? null : exclusive.put(name, holder);
                if (note.shared) {
                    shared.put(name, holder);
                }
                if (other != null) {
                    fail(holder + " and " + other + " both hold " + name);
                }
            }
        }
        exclusive.forEach((name, holder) -> {
            if (shared.containsKey(name)) {
                fail(holder + " holds " + name + " beside the sharer " + shared.get(name));
            }
        });
    }

    /**
     * What an administrator takes away, its holder cannot know at once. That it is told of it later, or
     * loses it with its session, is checked at the end.
     */
    private boolean isTaken(String member, long token) {
        return broken.contains(token) || token < takenBefore.getOrDefault(member, 0L);
    }

    void breaks(long token) {
        broken.add(token);
    }

    private void checkOneLeader() {
        long racing = members.stream().filter(SimulatedMember::races).count();
        long leading = members.stream().filter(SimulatedMember::leads).count();
        if (leading != Math.min(1, racing)) {
            fail(leading + " of " + racing + " candidates lead, long after the last fault");
        }
    }

    private void checkEnd() {
        for (SimulatedMember member : members) {
            List<String> unfinished = member.unfinished();
            if (!unfinished.isEmpty()) {
                fail("long after the last fault: " + unfinished);
            }
            if (!member.seen().isEmpty()) {
                fail(member.id + " sees members of a group that all have left: " + member.seen());
            }
        }
        if (!Wire.remains(backend).isEmpty()) {
            fail("claims are left that nobody has: " + Wire.remains(backend));
        }
        members.forEach(member -> {
            member.wire.direct();
            member.close();
        });
        pass(TTL.multipliedBy(3));
        if (Wire.sessions(backend) > 0) {
            fail(Wire.sessions(backend) + " sessions are left");
        }
        if (!time.toString().endsWith(", 0 tasks]")) {
            fail("timers are left: " + time);
        }
    }

    void note(String what) {
        trace.addLast(Duration.ofNanos(time.nanoTime() - began) + " " + what);
        if (trace.size() > TRACE) {
            trace.removeFirst();
        }
    }

    /** Also kept, since the engine logs what a callback throws and goes on. */
    void fail(String what) {
        Violation found = new Violation("seed " + seed + " at " + Duration.ofNanos(time.nanoTime() - began) + ": "
                + what + "\n  what happened last:\n  " + String.join("\n  ", trace));
        if (violation == null) {
            violation = found;
        }
        throw violation;
    }
}
