package dev.conclave.engine;

import dev.conclave.BackendUnavailableException;
import dev.conclave.Candidacy;
import dev.conclave.Capabilities;
import dev.conclave.Claim;
import dev.conclave.ClaimState;
import dev.conclave.ConnectOptions;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.GroupEvent;
import dev.conclave.JoinOptions;
import dev.conclave.LeaderListener;
import dev.conclave.Leadership;
import dev.conclave.Lock;
import dev.conclave.LockOptions;
import dev.conclave.Loss;
import dev.conclave.LossReason;
import dev.conclave.Member;
import dev.conclave.Membership;
import dev.conclave.Subscription;
import dev.conclave.View;
import dev.conclave.memory.Wire;
import dev.conclave.spi.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process of a simulation: one coordinator with the real engine, on a clock and a wire of its own, and
 * an application that does things at random and notes what it believes.
 *
 * <p>What comes of an operation is seen by the invariants, not by who asked for it.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "CollectionUndefinedEquality"})
final class SimulatedMember {
    static final List<String> LOCKS = List.of("a", "b");
    /** Longer than any callback is delayed. */
    private static final Duration TOLD_WITHIN = Simulation.TTL.plusMillis(100);

    private static final String ELECTION = "e";
    private static final String GROUP = "g";

    final String id;
    final MemberClock clock;
    final MemberWire wire;
    private final Simulation simulation;
    private final Coordinator coordinator;
    private final List<Note> notes = new ArrayList<>();
    private final List<CompletableFuture<?>> asked = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private final String incarnations;
    private final Set<String> evicted = new HashSet<>();
    private final List<Subscription> watches = new ArrayList<>();
    private @Nullable Candidacy candidacy;
    private @Nullable Membership membership;
    private boolean joining;
    private @Nullable View view;

    /** What the application noted of a claim that it was given. */
    static final class Note {
        final Claim claim;
        final boolean shared;
        boolean sawLost;
        Duration awakeSinceLost = Duration.ZERO;
        boolean toldLost;

        Note(Claim claim, boolean shared) {
            this.claim = claim;
            this.shared = shared;
        }
    }

    /** One term as the listener was told of it. */
    private static final class Term {
        final long term;
        boolean revoked;

        Term(long term) {
            this.term = term;
        }
    }

    SimulatedMember(Simulation simulation, String id, int run) throws InterruptedException {
        this.simulation = simulation;
        this.id = id;
        this.incarnations = id + "-" + run + "-";
        this.clock = new MemberClock(simulation.time(), simulation.chance(), simulation.clockRate());
        this.wire = new MemberWire(simulation, clock);
        ConnectOptions options = ConnectOptions.builder()
                .ttl(Simulation.TTL)
                .timeSource(clock)
                .callbackExecutor(task -> clock.schedule(simulation.callbackDelay(), task))
                .build();
        Target target = Target.parse("memory:simulated", options.texts(), List.of());
        int[] sessions = {0};
        this.coordinator = Engine.connect(
                Wire.provider(simulation.backend(), wire),
                target,
                id,
                options,
                () -> incarnations + sessions[0]++,
                simulation.chance().nextLong());
        wire.connected();
        watches.add(coordinator.group(GROUP).watch(this::follow));
        watches.add(coordinator.election(ELECTION).watch(event -> {}));
    }

    /** Does one thing by chance, as the application's own code would. */
    void act() {
        int kind = simulation.chance().nextInt(100);
        if (kind < 55) {
            acquire();
        } else if (kind < 65) {
            raceOrResign();
        } else if (kind < 80) {
            joinOrLeave();
        } else if (kind < 90) {
            cancelSomething();
        } else if (kind < 95) {
            breakSomething();
        } else {
            verifySomething();
        }
    }

    private void acquire() {
        boolean shared = simulation.chance().nextInt(100) < 30;
        Lock lock = coordinator.lock(simulation.oneOf(LOCKS)).with(options());
        Lock wanted = shared ? lock.shared() : lock;
        CompletableFuture<Optional<Grant>> asking = wanted.async().tryAcquire(simulation.patience());
        asked.add(asking);
        asking.whenComplete((grant, failure) -> {
            asked.remove(asking);
            if (failure == null) {
                grant.ifPresent(given -> hold(given, shared));
            } else if (!asking.isCancelled() && !(Failures.of(failure) instanceof BackendUnavailableException)) {
                simulation.note(id + " could not acquire: " + failure);
            }
        });
    }

    private LockOptions options() {
        return switch (simulation.chance().nextInt(10)) {
            case 0 -> LockOptions.defaults().withLease(Simulation.TTL);
            case 1 -> LockOptions.defaults().withMaxHold(Simulation.TTL.multipliedBy(2));
            default -> LockOptions.defaults();
        };
    }

    private void hold(Grant grant, boolean shared) {
        simulation.granted(id, grant, shared);
        Note note = noted(grant, shared);
        clock.schedule(simulation.holdingTime(), () -> {
            if (note.sawLost && !note.toldLost && note.awakeSinceLost.compareTo(TOLD_WITHIN) > 0) {
                simulation.fail(id + " was not told of the loss of " + grant + " for " + note.awakeSinceLost);
            }
            grant.releaseAsync().thenAccept(result -> notes.remove(note));
        });
    }

    private Note noted(Claim claim, boolean shared) {
        Note note = new Note(claim, shared);
        notes.add(note);
        claim.lost().thenAccept(loss -> {
            simulation.note(id + " lost " + claim.name() + "/" + claim.fencingToken() + ": " + loss.reason());
            note.toldLost = true;
            if (loss.reason() != LossReason.RELEASED && claim.isValid()) {
                simulation.fail(id + " was told of the loss of a claim that is valid: " + claim);
            }
            notes.remove(note);
        });
        return note;
    }

    private void raceOrResign() {
        Candidacy running = candidacy;
        if (running == null) {
            candidacy = coordinator.election(ELECTION).run(listener(), "payload of " + id);
        } else if (simulation.chance().nextBoolean()) {
            running.resign(simulation.holdingTime());
        }
    }

    private LeaderListener listener() {
        return new LeaderListener() {
            @Override
            public void granted(Leadership leadership) {
                if (!terms.isEmpty() && !terms.get(terms.size() - 1).revoked) {
                    simulation.fail(id + " was granted twice without a revocation between");
                }
                terms.add(new Term(leadership.term()));
                simulation.granted(id, leadership, false);
                noted(leadership, false);
            }

            @Override
            public void revoked(Leadership leadership, Loss loss) {
                Term last = terms.isEmpty() ? null : terms.get(terms.size() - 1);
                if (last == null || last.revoked || last.term != leadership.term()) {
                    simulation.fail(id + " was revoked a term that was not granted last: " + leadership);
                    return;
                }
                if (leadership.isValid()) {
                    simulation.fail(id + " was revoked a term that is valid: " + leadership);
                }
                last.revoked = true;
            }
        };
    }

    private void joinOrLeave() {
        Membership present = membership;
        if (joining) {
            return;
        }
        if (present == null) {
            joining = true;
            coordinator
                    .group(GROUP)
                    .async()
                    .join(Capabilities.of("n", simulation.chance().nextInt(100)), JoinOptions.defaults())
                    .whenComplete((joined, failure) -> {
                        joining = false;
                        membership = joined;
                    });
        } else if (simulation.chance().nextInt(3) == 0) {
            membership = null;
            joining = true;
            present.leaveAsync().whenComplete((left, failure) -> joining = false);
        } else {
            present.updateAsync(Capabilities.of("n", simulation.chance().nextInt(100)));
        }
    }

    private void cancelSomething() {
        if (!asked.isEmpty()) {
            simulation.oneOf(asked).cancel(false);
        }
    }

    private void breakSomething() {
        coordinator
                .lock(simulation.oneOf(LOCKS))
                .async()
                .info()
                .thenAccept(info -> info.holders().stream().findFirst().ifPresent(holder -> {
                    simulation.note(id + " breaks " + info.name() + "/" + holder.token());
                    simulation.breaks(holder.token());
                    coordinator.lock(info.name()).async().breakGrant(holder.token());
                }));
    }

    private void verifySomething() {
        if (!notes.isEmpty()) {
            simulation.oneOf(notes).claim.verifyAsync();
        }
    }

    private void follow(GroupEvent event) {
        View before = view;
        view = event.view();
        if (event instanceof GroupEvent.SelfEvicted && before != null) {
            // Not the ghost of an earlier run, which others have yet to see leave.
            before.member(id)
                    .map(Member::incarnation)
                    .filter(incarnation -> incarnation.startsWith(incarnations))
                    .ifPresent(evicted::add);
        }
        event.view()
                .member(id)
                .filter(self -> evicted.contains(self.incarnation()))
                .ifPresent(ghost -> simulation.fail(
                        id + " sees itself in the group as the incarnation that was evicted: " + ghost));
        View expected = before;
        if (event instanceof GroupEvent.Joined joined && before != null) {
            if (before.member(joined.member().id()).isPresent()) {
                simulation.fail(id + " saw " + joined.member().id() + " join who was there: " + before.members());
            }
            expected = before.with(joined.member(), 0);
        } else if (event instanceof GroupEvent.Left left && before != null) {
            if (!before.member(left.member().id()).equals(Optional.of(left.member()))) {
                simulation.fail(id + " saw somebody leave who was not there: " + left.member());
            }
            expected = before.without(left.member().id(), 0);
        } else if (event instanceof GroupEvent.Updated updated && before != null) {
            expected = before.with(updated.member(), 0);
        } else {
            return;
        }
        if (!event.view().equals(expected)) {
            simulation.fail(id + " got an event that its view does not agree with: " + event);
        }
    }

    /** The claims that this member believes to hold at this instant, were it to look at its clock now. */
    List<Note> beliefs() {
        List<Note> valid = new ArrayList<>();
        for (Note note : List.copyOf(notes)) {
            ClaimState state = note.claim.state();
            if (note.claim.isValid()) {
                if (note.sawLost) {
                    simulation.fail(id + " sees a claim valid again that it saw lost: " + note.claim);
                }
                valid.add(note);
            } else if (state == ClaimState.HELD || state == ClaimState.AT_RISK) {
                simulation.fail(id + " has a claim that is " + state + " and not valid: " + note.claim);
            } else {
                note.sawLost = true;
            }
        }
        return valid;
    }

    /** So much time has passed, in which the process ran. */
    void ran(Duration duration) {
        if (!clock.isPaused()) {
            notes.stream()
                    .filter(note -> note.sawLost)
                    .forEach(note -> note.awakeSinceLost = note.awakeSinceLost.plus(duration));
        }
    }

    /** Ends what the application does by itself; what it waits for shall still come. */
    void retire() {
        if (candidacy != null) {
            candidacy.closeAsync();
        }
        if (membership != null) {
            membership.leaveAsync();
        }
    }

    /** What this member still waits for or was never told, long after the last fault; empty if nothing. */
    List<String> unfinished() {
        List<String> found = new ArrayList<>();
        asked.forEach(request -> found.add(id + " still waits: " + request));
        notes.forEach(note -> found.add(id + " was never told of the end of " + note.claim));
        terms.stream()
                .filter(term -> !term.revoked)
                .forEach(term -> found.add(id + " was never revoked term " + term.term));
        return found;
    }

    /** The members of the group as this member sees them, by incarnation. */
    List<String> seen() {
        return view == null
                ? List.of("nothing")
                : view.members().stream().map(Member::incarnation).toList();
    }

    boolean leads() {
        return candidacy != null && candidacy.leadership().isPresent();
    }

    boolean races() {
        return candidacy != null;
    }

    void kill() {
        clock.kill();
    }

    void close() {
        watches.forEach(Subscription::close);
        coordinator.closeAsync();
    }
}
