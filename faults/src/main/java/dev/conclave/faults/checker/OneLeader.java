package dev.conclave.faults.checker;

import dev.conclave.faults.history.Event.Elected;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One leader within a bound after the last fault. From the moment when all faults are over, each election that anybody had won has, within the
 * bound, a candidate that believes to lead; from then on it is without one for no longer than that bound, when one leader steps down or its
 * session ends late by an earlier fault; and no two believe at one time, whatever the driver's bound excuses elsewhere. In the end, observers who live
 * agree with the leader on who it is and on its term, if it has led for long enough.
 *
 * <p>A stretch of belief is as long as its samples reach, so a vacancy looks longer than it was, by some milliseconds.
 */
final class OneLeader implements Check {
    @Override
    public int number() {
        return 7;
    }

    @Override
    public String title() {
        return "one leader within a bound after the last fault";
    }

    @Override
    public void decide(Run run, Decision decision) {
        run.granted().forEach((name, terms) -> {
            if (name.election()) {
                NavigableMap<Long, Long> led = led(terms);
                vacanciesUnderFaults(run, decision, led);
                if (run.closing() > run.healed() + run.bounds().calm()) {
                    vacancies(run, decision, name, terms, led);
                    noTwo(run, decision, name, terms);
                    observersAgree(run, decision, name, terms);
                }
            }
        });
    }

    /** When anybody believed to lead, by the starts of the stretches; those that overlap are one. */
    private static NavigableMap<Long, Long> led(List<Claim> terms) {
        NavigableMap<Long, Long> all = new TreeMap<>();
        terms.forEach(term -> term.beliefs().forEach((from, until) -> all.merge(from, until, Math::max)));
        NavigableMap<Long, Long> led = new TreeMap<>();
        for (Map.Entry<Long, Long> stretch : all.entrySet()) {
            Map.Entry<Long, Long> last = led.lastEntry();
            if (last != null && last.getValue() >= stretch.getKey()) {
                led.put(last.getKey(), Math.max(last.getValue(), stretch.getValue()));
            } else {
                led.put(stretch.getKey(), stretch.getValue());
            }
        }
        return led;
    }

    private static void vacanciesUnderFaults(Run run, Decision decision, NavigableMap<Long, Long> led) {
        long free = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> stretch : led.headMap(run.healed()).entrySet()) {
            if (stretch.getKey() > free) {
                decision.worst(Measure.LONGEST_VACANCY_FAULTS, stretch.getKey() - free);
            }
            free = stretch.getValue();
        }
    }

    private static void vacancies(
            Run run, Decision decision, Claim.Name name, List<Claim> terms, NavigableMap<Long, Long> led) {
        long bound = run.bounds().calm();
        long free = run.healed();
        Measure measure = Measure.TIME_TO_LEADER;
        for (Map.Entry<Long, Long> stretch : led.entrySet()) {
            if (stretch.getValue() < run.healed() || stretch.getKey() > run.closing()) {
                continue;
            }
            vacancy(run, decision, name, terms, measure, free, Math.max(free, stretch.getKey()));
            measure = Measure.LONGEST_VACANCY;
            free = stretch.getValue();
        }
        if (run.closing() - free > bound) {
            vacancy(run, decision, name, terms, measure, free, run.closing());
        }
    }

    private static void vacancy(
            Run run, Decision decision, Claim.Name name, List<Claim> terms, Measure measure, long from, long until) {
        decision.worst(measure, until - from);
        if (until - from > run.bounds().calm() + run.stalled(from, until)) {
            decision.violated(
                    name + " had no leader from " + run.at(from) + " to " + run.at(until)
                            + ", though all faults were over since " + run.at(run.healed()) + "; the bound is "
                            + Run.span(run.bounds().calm()),
                    terms.stream()
                            .filter(term -> term.grantedBy() <= until)
                            .max(Comparator.comparingLong(Claim::grantedBy))
                            .map(Claim::story)
                            .orElse(List.of()));
        } else {
            decision.decided();
        }
    }

    private static void noTwo(Run run, Decision decision, Claim.Name name, List<Claim> terms) {
        long from = run.healed() + run.bounds().calm();
        for (Overtaken overtaken : Overtaken.believed(terms)) {
            if (overtaken.by().grantedBy() > from && !overtaken.tokensInterchanged()) {
                decision.violated(
                        overtaken.old() + " and " + overtaken.by() + " both believed to lead " + name + " at "
                                + run.at(overtaken.by().grantedBy()) + ", long after all faults were over",
                        overtaken.old().story(),
                        overtaken.by().story());
            }
        }
    }

    private static void observersAgree(Run run, Decision decision, Claim.Name name, List<Claim> terms) {
        Optional<Claim> leader = terms.stream()
                .filter(term -> term.grantedBy() < run.closing() - run.bounds().viewSettles())
                .max(Comparator.comparingLong(Claim::token))
                .filter(term -> term.believedUntil().orElse(Long.MIN_VALUE) >= run.closing())
                .filter(term -> terms.stream()
                        .noneMatch(other -> other.token() > term.token() && other.grantedBy() < run.closing()));
        if (leader.isEmpty()) {
            return;
        }
        for (Life observer : run.survivors()) {
            observer.told(Elected.class).stream()
                    .filter(told -> told.event().election().equals(name.name()) && told.at() <= run.closing())
                    .reduce((first, second) -> second)
                    .ifPresent(told -> agrees(run, decision, name, leader.get(), told));
        }
    }

    private static void agrees(Run run, Decision decision, Claim.Name name, Claim leader, Told<Elected> told) {
        boolean same = told.event().term() == leader.token()
                && told.event().member().equals(leader.life().member());
        if (same) {
            decision.decided();
        } else {
            decision.violated(
                    told.who() + " observing " + name + " was last told of "
                            + (told.event().member().isEmpty()
                                    ? "nobody"
                                    : told.event().member()) + ", term "
                            + told.event().term() + ", at " + run.at(told.at()) + "; the leader since "
                            + run.at(leader.grantedBy()) + " was " + leader,
                    leader.story(),
                    List.of(told.entry()));
        }
    }
}
