package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event.Began;
import dev.conclave.faults.history.Event.Connected;
import dev.conclave.faults.history.Event.Failed;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.Event.Planned;
import dev.conclave.faults.history.Event.Stalled;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The history is whole: a run in which nothing happened, or of which the files are not all there, cannot pass. All members that were to take part
 * connected; all faults that were planned were done, and were over before the calm began; each way of claiming was granted; what is told of a
 * claim follows on its being asked for or granted; and nothing failed that the runner did once all faults were over.
 */
final class Whole implements Check {
    /** How often a fault may be tried in vain though it is never done. */
    private static final long IN_VAIN = 2;

    @Override
    public int number() {
        return 0;
    }

    @Override
    public String title() {
        return "the history is whole";
    }

    @Override
    public void decide(Run run, Decision decision) {
        milestones(run, decision);
        members(run, decision);
        faults(run, decision);
        claims(run, decision);
        stalls(run, decision);
        run.told(Failed.class).stream()
                .filter(told -> told.who().equals("nemesis"))
                .forEach(told -> decision.violated(
                        told.event().what() + " failed, though all faults were over: "
                                + told.event().why(),
                        List.of(told.entry())));
    }

    /** Not a finding, but bounds are longer by it. */
    private static void stalls(Run run, Decision decision) {
        run.told(Stalled.class).stream()
                .filter(told -> told.event().since() > run.healed())
                .forEach(told -> decision.worst(
                        Measure.LONGEST_STALL,
                        told.event().until() - told.event().since()));
    }

    private static void milestones(Run run, Decision decision) {
        Entry first = run.told(Began.class).get(0).entry();
        if (first.at() > run.healed() || run.healed() > run.closing() || run.closing() > run.ended()) {
            decision.violated("the run did not begin, heal, close and end in this order", List.of());
        } else {
            decision.decided();
        }
        if (run.closing() - run.healed() <= run.bounds().calm()) {
            decision.violated(
                    "the calm between the last fault and the end took " + Run.span(run.closing() - run.healed())
                            + "; what must come right has up to "
                            + Run.span(run.bounds().calm()),
                    List.of());
        }
    }

    private static void members(Run run, Decision decision) {
        Set<String> connected = run.told(Connected.class).stream()
                .map(told -> Life.member(told.who()))
                .collect(Collectors.toSet());
        for (String member : run.began().members()) {
            if (connected.contains(member)) {
                decision.decided();
            } else {
                decision.violated("member " + member + " never connected", List.of());
            }
            boolean lives =
                    run.survivors().stream().anyMatch(life -> life.member().equals(member));
            if (!lives) {
                decision.violated("member " + member + " told nothing after the faults were over", List.of());
            }
        }
    }

    private static void faults(Run run, Decision decision) {
        Set<String> planned = run.told(Planned.class).stream()
                .flatMap(told -> told.event().kinds().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        run.faults().stream()
                .collect(Collectors.groupingBy(fault -> fault.kind().label()))
                .forEach((kind, faults) -> {
                    // Once or twice nobody may have been there to take over; where that is always so, nothing was
                    // broken.
                    if (faults.size() <= IN_VAIN || !faults.stream().allMatch(Fault::inVain)) {
                        planned.remove(kind);
                    }
                });
        planned.forEach(kind -> decision.violated("the fault " + kind + " was planned and never done", List.of()));
        for (Fault fault : run.faults()) {
            if (fault.until() > run.healed()) {
                decision.violated(
                        "the fault " + fault.kind().label() + " of " + fault.target()
                                + " was not over when the calm began",
                        List.of(fault.began()));
            } else {
                decision.decided();
            }
        }
        if (run.faults().isEmpty()) {
            decision.violated("nothing was broken", List.of());
        }
    }

    private static void claims(Run run, Decision decision) {
        Map<Mode, Long> granted = run.granted().values().stream()
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(Claim::mode, Collectors.counting()));
        for (Mode mode : Mode.values()) {
            if (granted.containsKey(mode)) {
                decision.decided();
            } else {
                decision.violated("nothing " + mode + " was ever granted", List.of());
            }
        }
        for (Life life : run.lives().values()) {
            List<Entry> homeless = new ArrayList<>();
            for (Entry entry : life.entries()) {
                Ops.of(entry.event()).ifPresent(op -> {
                    if (!run.claims().containsKey(life.who() + "/" + op)) {
                        homeless.add(entry);
                    }
                });
            }
            if (!homeless.isEmpty()) {
                decision.violated(
                        life.who() + " tells of claims that it neither asked for nor was granted",
                        homeless.subList(0, Math.min(3, homeless.size())));
            }
        }
    }
}
