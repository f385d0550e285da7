package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Asked;
import dev.conclave.faults.history.Event.GaveUp;
import dev.conclave.faults.history.Event.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Every waiter that lived was served, in order where the driver is FAIR.
 *
 * <ol>
 *   <li>Who waits without a limit is never told that the lock is busy, and once the faults have been over, and it was nobody else's turn, for long enough it is served, or stops by
 *       its own will; it is not turned away with an error.
 *   <li>Who waits with a limit has an answer a call's time after it, unless its process stood still.
 *   <li>Of two that waited for one lock at one time, at least one of them alone, the first gets the smaller token. Only where nothing was broken that
 *       concerns either from before the first asked until the second was served, and neither told of any trouble then: whose session ends queues up
 *       again, and so does in effect whose first call fails. And only if the first was surely in the queue when the second asked: a call's time before it,
 *       and something else that its process asked for in between was answered. One that only tries does not queue.
 * </ol>
 */
final class Served implements Check {
    @Override
    public int number() {
        return 5;
    }

    @Override
    public String title() {
        return "every waiter that lived was served, in order where that is promised";
    }

    @Override
    public void decide(Run run, Decision decision) {
        run.claims().values().stream()
                .filter(claim -> claim.asked().isPresent())
                .forEach(claim -> {
                    if (patience(claim) < 0) {
                        untimed(run, decision, claim);
                    } else {
                        timed(run, decision, claim);
                    }
                });
        if (run.began().traits().contains("FAIR")) {
            run.granted().forEach((name, claims) -> inOrder(run, decision, name, claims));
        }
    }

    private static long patience(Claim claim) {
        return claim.asked().orElseThrow().event().patience();
    }

    private static void untimed(Run run, Decision decision, Claim claim) {
        Told<Asked> asked = claim.asked().orElseThrow();
        long counted = Math.max(asked.at(), run.healed());
        if (claim.granted().isPresent()) {
            decision.decided();
            decision.worst(Measure.LONGEST_WAIT, claim.grantedBy() - asked.at());
            if (claim.grantedBy() > run.healed()) {
                decision.worst(Measure.LONGEST_WAIT_HEALED, claim.grantedBy() - counted);
            }
        } else if (claim.gaveUp().isPresent()) {
            Told<GaveUp> gaveUp = claim.gaveUp().get();
            String why = gaveUp.event().why();
            boolean byItself = why.equals("InterruptedException") || gaveUp.at() > run.closing();
            boolean turnedAway = why.equals("BUSY")
                    || (!byItself && gaveUp.at() > run.healed() + run.bounds().calm());
            if (turnedAway) {
                decision.violated(
                        claim + " waited for " + claim.name() + " without a limit and was turned away at "
                                + run.at(gaveUp.at()) + ": " + why,
                        claim.story());
            }
        }
        long until = Math.min(
                answered(claim).orElse(Long.MAX_VALUE), Math.min(claim.life().until(), run.closing()));
        if (!claim.life().killed() && waitedInVain(run, claim, counted, until)) {
            decision.violated(
                    claim + " asked for " + claim.name() + " at " + run.at(asked.at()) + ", and was not served within "
                            + Run.span(run.bounds().calm()) + " once all faults were over",
                    claim.story());
        }
    }

    /** Whether it waited for too long while it was nobody else's turn: some hold for several times-to-live. */
    private static boolean waitedInVain(Run run, Claim claim, long from, long until) {
        long allowed = run.bounds().calm() + run.stalled(from, until);
        return until - from > allowed && until - from - Stretch.covered(othersTurns(run, claim), from, until) > allowed;
    }

    /**
     * When somebody holds, and somebody beside whom it cannot stand holds or waits. So a reader need not be served while another reads and a writer
     * waits for that; but readers alone keep no reader waiting.
     */
    private static List<Stretch> othersTurns(Run run, Claim claim) {
        List<Claim> others = run.claims().values().stream()
                .filter(other -> other != claim && other.name().equals(claim.name()))
                .toList();
        List<Stretch> rivals = others.stream()
                .filter(claim::conflictsWith)
                .map(rival -> new Stretch(rival.notGrantedBefore(), engagedUntil(rival)))
                .toList();
        return others.stream()
                .filter(other -> other.believedFrom().isPresent())
                .map(other -> new Stretch(
                        other.believedFrom().getAsLong(), other.believedUntil().getAsLong()))
                .flatMap(held -> rivals.stream().map(held::both))
                .toList();
    }

    private static long engagedUntil(Claim claim) {
        return claim.believedUntil().orElse(answered(claim).orElse(claim.life().until()));
    }

    private static OptionalLong answered(Claim claim) {
        return claim.granted().isPresent()
                ? OptionalLong.of(claim.grantedBy())
                : claim.gaveUp().stream().mapToLong(Told::at).findFirst();
    }

    private static void timed(Run run, Decision decision, Claim claim) {
        Told<Asked> asked = claim.asked().orElseThrow();
        long patience = patience(claim) * 1_000_000 + run.bounds().patienceExceeded();
        long end = Math.min(answered(claim).orElse(Long.MAX_VALUE), claim.life().until());
        long waited = end - asked.at() - claim.life().stalled(asked.at(), end);
        if (waited > patience) {
            decision.violated(
                    claim + " asked for " + claim.name() + " at " + run.at(asked.at()) + " for at most "
                            + patience(claim) + " ms, and had no answer for " + Run.span(waited) + " in which it ran",
                    claim.story());
        } else if (answered(claim).isPresent()) {
            decision.decided();
        }
    }

    private static void inOrder(Run run, Decision decision, Claim.Name name, List<Claim> claims) {
        List<Claim> queued = claims.stream()
                .filter(claim -> claim.asked().isPresent() && patience(claim) != 0)
                .sorted(Comparator.comparingLong(Claim::notGrantedBefore))
                .toList();
        for (int i = 0; i < queued.size(); i++) {
            Claim first = queued.get(i);
            for (int j = i + 1; j < queued.size(); j++) {
                Claim second = queued.get(j);
                if (second.notGrantedBefore() >= first.grantedBy()) {
                    break;
                }
                if (mustKeepOrder(run, first, second)) {
                    order(run, decision, name, first, second);
                }
            }
        }
    }

    private static boolean mustKeepOrder(Run run, Claim first, Claim second) {
        boolean bothShare = first.mode() == Mode.SHARED && second.mode() == Mode.SHARED;
        boolean well = second.notGrantedBefore() - first.notGrantedBefore()
                > run.bounds().reachesBackend();
        return !bothShare
                && well
                && undisturbed(run, first, second)
                && reachedBackend(run, first, second.notGrantedBefore());
    }

    /** A fault is felt for up to one time-to-live after it: only then does a session end by it. */
    private static boolean undisturbed(Run run, Claim first, Claim second) {
        long from = first.notGrantedBefore() - run.bounds().timeToLive();
        long until = Math.max(first.grantedBy(), second.grantedBy());
        boolean broken = run.faults().stream()
                .anyMatch(fault -> fault.meets(from, until)
                        && FaultKinds.disturbs(fault)
                        && (fault.atServer()
                                || fault.target().equals(first.life().member())
                                || fault.target().equals(second.life().member())));
        return !broken && !first.life().inTrouble(from, until) && !second.life().inTrouble(from, until);
    }

    /** Another claim of the same process, asked for later, has an answer: so what this one sent has arrived, too. */
    private static boolean reachedBackend(Run run, Claim first, long by) {
        return run.claims().values().stream()
                .anyMatch(other -> other.life().is(first.life())
                        && other.asked().isPresent()
                        && other.notGrantedBefore() > first.notGrantedBefore()
                        && answered(other).orElse(Long.MAX_VALUE) < by);
    }

    private static void order(Run run, Decision decision, Claim.Name name, Claim first, Claim second) {
        decision.count(Measure.ORDERED_PAIRS);
        if (first.token() < second.token()) {
            decision.decided();
        } else {
            decision.violated(
                    second + " asked for " + name + " " + Run.span(second.notGrantedBefore() - first.notGrantedBefore())
                            + " after " + first + ", which was waiting, and was served before it, at "
                            + run.at(second.grantedBy()),
                    first.story(),
                    second.story());
        }
    }
}
