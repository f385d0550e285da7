package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Evicted;
import dev.conclave.faults.history.Event.Joined;
import dev.conclave.faults.history.Event.Leaving;
import dev.conclave.faults.history.Event.Saw;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What watchers are told of members that were killed. Only watchers that had seen the member are asked, and only if nothing that concerns
 * them or a server was broken until they should know.
 */
final class Deaths {
    private Deaths() {}

    static void decide(Run run, Decision decision) {
        decision.count(Measure.DEATHS, 0);
        for (Life dead : run.lives().values()) {
            if (dead.killed()) {
                Views.groups(run.told(Saw.class))
                        .keySet()
                        .forEach(group -> lastIncarnation(dead, group)
                                .ifPresent(incarnation -> died(run, decision, dead, group, incarnation)));
            }
        }
    }

    private static Optional<String> lastIncarnation(Life dead, String group) {
        Optional<String> incarnation = Optional.empty();
        for (var entry : dead.entries()) {
            if (entry.event() instanceof Joined joined && joined.group().equals(group)) {
                incarnation = Optional.of(joined.incarnation()).filter(in -> !in.isEmpty());
            } else if (isOut(entry.event(), group)) {
                incarnation = Optional.empty();
            }
        }
        return incarnation;
    }

    private static boolean isOut(Event event, String group) {
        return event instanceof Leaving leaving
                ? leaving.group().equals(group)
                : event instanceof Evicted evicted && evicted.group().equals(group);
    }

    private static void died(Run run, Decision decision, Life dead, String group, String incarnation) {
        decision.count(Measure.DEATHS);
        long killed = dead.until();
        for (Life watcher : run.lives().values()) {
            List<Told<Saw>> seen = watcher.told(Saw.class).stream()
                    .filter(told -> told.event().group().equals(group))
                    .toList();
            boolean knewIt = seen.stream()
                    .filter(told -> told.at() <= killed)
                    .reduce((first, second) -> second)
                    .map(told -> shows(told, dead.member(), incarnation))
                    .orElse(false);
            if (knewIt && !watcher.is(dead)) {
                told(run, decision, dead, watcher, seen, incarnation);
            }
        }
    }

    private static void told(
            Run run, Decision decision, Life dead, Life watcher, List<Told<Saw>> seen, String incarnation) {
        long killed = dead.until();
        long due = killed + run.bounds().deathSeen();
        Optional<Told<Saw>> gone = seen.stream()
                .filter(told -> told.at() > killed && !shows(told, dead.member(), incarnation))
                .findFirst();
        gone.filter(told -> told.event().kind().equals("Left")).ifPresent(told -> decision.count(Measure.LEFTS));
        if (!watcher.ranThroughout(killed, due) || disturbed(run, watcher, killed, due)) {
            return;
        }
        long until = gone.map(Told::at).orElse(Long.MAX_VALUE);
        if (until > due) {
            decision.violated(
                    watcher.who() + " was not told within " + Run.span(due - killed) + " that " + dead.who()
                            + " was killed at " + run.at(killed) + ", and still saw "
                            + Map.of(dead.member(), incarnation),
                    dead.kill().stream().map(Fault::began).toList(),
                    seen.stream()
                            .filter(told -> told.at() <= due)
                            .reduce((first, second) -> second)
                            .map(Told::entry)
                            .stream()
                            .toList());
        } else {
            decision.decided();
            decision.worst(Measure.DEATH_SEEN, until - killed);
        }
    }

    private static boolean disturbed(Run run, Life watcher, long from, long until) {
        return run.faults().stream()
                .anyMatch(fault -> fault.meets(from - run.bounds().timeToLive(), until)
                        && FaultKinds.disturbs(fault)
                        && (fault.atServer() || fault.target().equals(watcher.member())));
    }

    private static boolean shows(Told<Saw> told, String member, String incarnation) {
        return incarnation.equals(told.event().members().get(member));
    }
}
