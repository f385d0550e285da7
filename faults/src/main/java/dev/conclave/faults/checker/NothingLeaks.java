package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Residue;
import java.util.List;

/**
 * Nothing leaked. Once all members had closed, what was counted of keys, nodes, rows, segments, threads and connections is no more than may be
 * there: the nemesis counts when all sessions have had the time to end.
 */
final class NothingLeaks implements Check {
    @Override
    public int number() {
        return 8;
    }

    @Override
    public String title() {
        return "nothing leaked";
    }

    @Override
    public void decide(Run run, Decision decision) {
        for (Told<Residue> told : run.told(Residue.class)) {
            Residue residue = told.event();
            if (residue.count() <= residue.allowed()) {
                decision.decided();
            } else {
                decision.violated(
                        residue.count() + " of " + residue.what() + " were left; " + residue.allowed() + " may be",
                        List.of(told.entry()));
            }
        }
    }
}
