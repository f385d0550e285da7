package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event.Step;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Each loss was told to its holder before its next guarded step.
 *
 * <ol>
 *   <li>No step finds a claim valid after that claim was seen not to be, or its loss was told: the end of a claim is final.
 *   <li>No step finds a claim valid after one with a larger token was granted (unless the driver's bound excuses it, see {@link OverlapOfBelief}).
 *   <li>A claim that {@code isValid()} denies is also told as lost, if its process runs on without giving it back.
 *   <li>Giving back does not answer RELEASED, that is "it stood until now", if a larger token was granted before it was begun.
 * </ol>
 */
final class LossTold implements Check {
    @Override
    public int number() {
        return 3;
    }

    @Override
    public String title() {
        return "each loss was told to its holder before its next guarded step";
    }

    @Override
    public void decide(Run run, Decision decision) {
        run.granted().values().forEach(claims -> {
            for (Claim claim : claims) {
                endIsFinal(run, decision, claim);
                lossIsTold(run, decision, claim);
            }
            noStepOnceOvertaken(run, decision, claims);
            noReleaseOnceOvertaken(run, decision, claims);
        });
    }

    private static void endIsFinal(Run run, Decision decision, Claim claim) {
        Optional<Entry> end = Stream.concat(
                        claim.disbelieved().map(Told::entry).stream(), claim.lost().map(Told::entry).stream())
                .min((a, b) -> Long.compare(a.at(), b.at()));
        for (Told<Step> step : claim.steps()) {
            decision.count(Measure.STEPS);
            decision.count(Measure.STEPS_NOT_TAKEN, step.event().valid() ? 0 : 1);
            boolean afterItsEnd = end.isPresent()
                    && step.event().valid()
                    && step.event().checked() > end.get().at();
            if (afterItsEnd) {
                decision.violated(
                        claim + " found " + claim.name() + " valid for a step at "
                                + run.at(step.event().checked()) + ", though its end had shown at "
                                + run.at(end.get().at()),
                        claim.story(),
                        List.of(step.entry()));
            } else if (end.isPresent() && step.event().checked() > end.get().at()) {
                decision.decided();
            }
        }
    }

    private static void lossIsTold(Run run, Decision decision, Claim claim) {
        boolean givenBack = claim.lost()
                .map(lost -> lost.event().reason().equals("RELEASED"))
                .orElse(false);
        if (claim.lost().isPresent() && !givenBack) {
            decision.decided();
            decision.count(Measure.LOSSES);
        } else if (claim.disbelieved().isPresent() && !givenBack) {
            long seen = claim.disbelieved().get().at();
            long by = seen + run.bounds().lossTold();
            boolean givingBack = claim.releasing().map(Told::at).orElse(Long.MAX_VALUE) < by;
            if (!givingBack && claim.life().ranThroughout(seen, by)) {
                decision.violated(
                        claim + " was seen to have lost " + claim.name() + " at " + run.at(seen)
                                + ", and was not told within " + Run.span(by - seen),
                        claim.story());
            }
        }
    }

    private static void noStepOnceOvertaken(Run run, Decision decision, List<Claim> claims) {
        for (Overtaken overtaken : Overtaken.among(claims, LossTold::lastValidStep)) {
            if (!overtaken.tokensInterchanged() && !overtaken.excused(run)) {
                decision.violated(
                        overtaken.old() + " found " + overtaken.old().name() + " valid for a step at "
                                + run.at(lastValidStep(overtaken.old()).orElseThrow()) + ", "
                                + Run.span(overtaken.time()) + " after " + overtaken.by() + " had it",
                        Stream.concat(
                                        overtaken.old().story().stream(),
                                        overtaken.old().steps().stream()
                                                .filter(step -> step.event().valid()
                                                        && step.event().checked()
                                                                > overtaken.by().grantedBy())
                                                .map(Told::entry))
                                .toList(),
                        overtaken.by().story());
            }
        }
    }

    private static OptionalLong lastValidStep(Claim claim) {
        return claim.steps().stream()
                .filter(step -> step.event().valid())
                .mapToLong(step -> step.event().checked())
                .max();
    }

    private static void noReleaseOnceOvertaken(Run run, Decision decision, List<Claim> claims) {
        for (Overtaken overtaken : Overtaken.among(claims, LossTold::saidToStandUntil)) {
            if (!overtaken.tokensInterchanged() && !overtaken.excused(run)) {
                decision.violated(
                        overtaken.old() + " was told RELEASED by "
                                + overtaken.old().name() + ", so that it stood until "
                                + run.at(saidToStandUntil(overtaken.old()).orElseThrow()) + ", "
                                + Run.span(overtaken.time()) + " after " + overtaken.by() + " had it",
                        overtaken.old().story(),
                        overtaken.by().story());
            }
        }
    }

    private static OptionalLong saidToStandUntil(Claim claim) {
        boolean stood = claim.released()
                .map(released -> released.event().result().equals("RELEASED"))
                .orElse(false);
        return stood && claim.releasing().isPresent()
                ? OptionalLong.of(claim.releasing().get().at())
                : OptionalLong.empty();
    }
}
