package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event.Written;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fenced register never accepted an older token. Decided from what the registers told: one process, which takes one write after the
 * other and tells of it before it answers, so that its entries are in the order in which it took them. Also that the register is worth
 * something: it refuses nothing that is newer than all it has, and whoever writes has the token that it was granted.
 *
 * <p>The unfenced register shows what would have been: how often an older holder's write came after a newer one's.
 */
final class FencedRegister implements Check {
    @Override
    public int number() {
        return 1;
    }

    @Override
    public String title() {
        return "the fenced register never accepted an older token";
    }

    @Override
    public void decide(Run run, Decision decision) {
        Map<String, Told<Written>> newest = new HashMap<>();
        for (Told<Written> write : run.told(Written.class)) {
            Optional<Told<Written>> before = Optional.ofNullable(
                    newest.get(write.event().fenced() + " " + write.event().register()));
            boolean older = before.isPresent()
                    && before.get().event().token() > write.event().token();
            if (write.event().fenced()) {
                fenced(run, decision, write, before, older);
            } else if (older) {
                decision.count(Measure.UNFENCED_OVERWRITES);
            }
            if (write.event().accepted() && !older) {
                newest.put(write.event().fenced() + " " + write.event().register(), write);
            }
        }
    }

    private static void fenced(
            Run run, Decision decision, Told<Written> write, Optional<Told<Written>> before, boolean older) {
        Written event = write.event();
        List<Entry> evidence =
                before.map(told -> List.of(told.entry(), write.entry())).orElse(List.of(write.entry()));
        if (event.accepted() == older) {
            decision.violated(
                    "at " + run.at(write.at()) + " the fenced register " + event.register()
                            + (older ? " accepted" : " refused") + " token " + event.token() + " of " + event.claim()
                            + before.map(told -> " after token " + told.event().token() + " of "
                                            + told.event().claim())
                                    .orElse(" as its first"),
                    evidence);
            return;
        }
        Claim claim = run.claims().get(event.claim());
        boolean its = claim != null && claim.granted().isPresent() && claim.token() == event.token();
        if (!its) {
            decision.violated(
                    "at " + run.at(write.at()) + " " + event.claim() + " wrote to " + event.register() + " with token "
                            + event.token() + ", which it is not known to have been granted",
                    evidence);
            return;
        }
        decision.decided();
        if (!event.accepted()) {
            decision.count(Measure.FENCED_OFF);
        }
    }
}
