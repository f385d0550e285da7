package dev.conclave.faults.checker;

import java.util.List;

/**
 * Two members did not believe at one time that they had one name, or for no longer than the driver publishes.
 *
 * <p>A claim with a larger token was granted at the latest when its holder first said so. If the holder of a smaller one, beside which it
 * cannot stand, says {@code isValid()} after that, it said so when somebody else had the name. The time of a belief is taken before the
 * question, so the true answer came later still: what is found here was so, and for at least as long. Where samples are missing, since the process
 * was stopped or killed, there is nothing to be found; a reader beside a reader is nothing to be found either.
 *
 * <p>The bound that a driver publishes is for a backend that forgot: only if a fault that can make it forget lies between the older claim's
 * asking and the newer one's grant does it excuse. Otherwise there must be no overlap at all.
 */
final class OverlapOfBelief implements Check {
    @Override
    public int number() {
        return 2;
    }

    @Override
    public String title() {
        return "no two believed at one time to have one name, or within the published bound";
    }

    @Override
    public void decide(Run run, Decision decision) {
        run.granted().forEach((name, claims) -> {
            grants(claims, decision);
            Measure worst = name.election() ? Measure.OVERLAP_ELECTIONS : Measure.OVERLAP_LOCKS;
            for (Overtaken overtaken : Overtaken.believed(claims)) {
                if (!overtaken.tokensInterchanged()) {
                    decision.worst(worst, overtaken.time());
                    decision.count(Measure.OVERLAPS);
                    decide(run, decision, name, overtaken);
                }
            }
        });
    }

    private static void grants(List<Claim> claims, Decision decision) {
        decision.worst(claims.get(0).name().election() ? Measure.OVERLAP_ELECTIONS : Measure.OVERLAP_LOCKS, 0);
        decision.count(Measure.OVERLAPS, 0);
        decision.count(Measure.GRANTS, claims.size());
        decision.count(Measure.TERMS, claims.get(0).name().election() ? claims.size() : 0);
        for (int i = 1; i < claims.size(); i++) {
            Claim before = claims.get(i - 1);
            Claim after = claims.get(i);
            boolean comparable = before.believedUntil().isPresent() && before.conflictsWith(after);
            if (comparable) {
                decision.decided();
            }
            if (comparable && !before.life().is(after.life())) {
                decision.count(Measure.HANDOVERS);
            }
        }
    }

    private static void decide(Run run, Decision decision, Claim.Name name, Overtaken overtaken) {
        boolean excused = overtaken.excused(run);
        long bound = excused ? run.bounds().beliefOverlap() : 0;
        if (overtaken.time() > bound) {
            String allowed =
                    bound == 0 ? "nothing had made the backend forget" : "the driver's bound is " + Run.span(bound);
            decision.violated(
                    overtaken.old() + " believed in " + name + " until "
                            + run.at(overtaken.old().believedUntil().orElseThrow()) + ", "
                            + Run.span(overtaken.time()) + " after " + overtaken.by() + " had it; " + allowed,
                    overtaken.old().story(),
                    overtaken.by().story());
        }
    }
}
