package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Traffic;
import java.util.List;

/**
 * The backend was never hammered: while a member cannot reach it, what it sends and how often it connects is bounded by what it has to ask. Only
 * the proxy's counts over a time that lies wholly within a fault that cuts the member off are judged; what it sends before and after is work.
 *
 * <p>The bound: each thing that is under way, be it asked for, held or watched, is tried again after pauses that double from 20 ms up to a tenth of
 * the time-to-live, half of each by chance; what is newly asked for begins with the short ones. A busy loop does thousands a second.
 */
final class NeverHammered implements Check {
    /** What a member has going on beside its claims: renewals, watches of groups and elections, partitioners, candidacies. */
    private static final long BESIDE_CLAIMS = 20;

    @Override
    public int number() {
        return 9;
    }

    @Override
    public String title() {
        return "the backend was not hammered while it could not be reached";
    }

    @Override
    public void decide(Run run, Decision decision) {
        for (Told<Traffic> told : run.told(Traffic.class)) {
            long from = told.at() - told.event().millis() * 1_000_000;
            boolean cutOff = run.faults().stream()
                    .anyMatch(fault -> fault.from() <= from
                            && fault.until() >= told.at()
                            && FaultKinds.cutsOff(
                                    run.began(), fault, told.event().member()));
            if (cutOff && told.event().millis() > 0) {
                decide(run, decision, told, from);
            }
        }
    }

    private static void decide(Run run, Decision decision, Told<Traffic> told, long from) {
        Traffic traffic = told.event();
        long packets = traffic.packets() * 1000 / traffic.millis();
        long connects = traffic.connects() * 1000 / traffic.millis();
        decision.worst(Measure.PACKETS_FAILING, packets);
        decision.worst(Measure.CONNECTS_FAILING, connects);
        long tried = BESIDE_CLAIMS
                + run.claims().values().stream()
                        .filter(claim -> claim.life().member().equals(traffic.member()))
                        .filter(claim -> underWay(claim, from, told.at()))
                        .count();
        long bound = tried * triesPerSecond(run);
        if (packets > bound || connects > bound) {
            decision.violated(
                    traffic.member() + " sent " + packets + " packets and connected " + connects
                            + " times a second around "
                            + run.at(told.at()) + ", while it could not reach its backend and had " + tried
                            + " things to ask; at most " + bound + " of either may be",
                    List.of(told.entry()));
        } else {
            decision.decided();
        }
    }

    private static boolean underWay(Claim claim, long from, long until) {
        long end = claim.released()
                .map(Told::at)
                .or(() -> claim.gaveUp().map(Told::at))
                .or(() -> claim.lost().map(Told::at))
                .orElse(claim.life().until());
        return claim.notGrantedBefore() <= until && end >= from;
    }

    /** The short pauses of the first second, and after that the longest, at half of its length. */
    private static long triesPerSecond(Run run) {
        long longest = run.bounds().timeToLive() / 10;
        return 6 + 2 * 1_000_000_000 / Math.max(1, longest);
    }
}
