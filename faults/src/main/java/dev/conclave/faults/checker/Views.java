package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event.Joined;
import dev.conclave.faults.history.Event.Leaving;
import dev.conclave.faults.history.Event.Partitioned;
import dev.conclave.faults.history.Event.Saw;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Views converged once the faults stopped, each death exactly one Left.
 *
 * <ol>
 *   <li>What each watcher is told adds up, see {@link WatchedGroup}: so nobody is told twice of one end, and nobody who was seen disappears without a word.
 *   <li>In the end, what every watcher that lives saw last is what the members themselves said last: who joined is in, under that incarnation; who left, or
 *       whose process was killed, is out. A member for whom this changed within the last seconds is left out of account.
 *   <li>Who fell out against its will is in again.
 *   <li>Whoever was killed while it was in a group is out of the view of each watcher that runs on without a fault of its own, within the bound that the
 *       driver gives.
 *   <li>Partitioners that were asked when all views were the same and had long been name the same owners, who are in the view: somebody for each key,
 *       unless nobody is in.
 * </ol>
 */
final class Views implements Check {
    @Override
    public int number() {
        return 6;
    }

    @Override
    public String title() {
        return "views converged, each death exactly one Left";
    }

    @Override
    public void decide(Run run, Decision decision) {
        for (Life life : run.lives().values()) {
            groups(life.told(Saw.class)).forEach((group, events) -> {
                WatchedGroup watched = new WatchedGroup(life, group, events);
                watched.contradictions()
                        .forEach(found -> decision.violated(
                                life.who() + " watching group " + group + ": " + found.what() + " at "
                                        + run.at(found.entry().at()),
                                List.of(found.before(), found.entry())));
                decision.decided();
            });
        }
        Deaths.decide(run, decision);
        Map<String, List<Told<Saw>>> all = groups(run.told(Saw.class));
        all.keySet().forEach(group -> converged(run, decision, group));
    }

    static Map<String, List<Told<Saw>>> groups(List<Told<Saw>> events) {
        return events.stream()
                .collect(Collectors.groupingBy(told -> told.event().group(), TreeMap::new, Collectors.toList()));
    }

    private static void converged(Run run, Decision decision, String group) {
        if (run.closing() < run.healed() + run.bounds().calm()) {
            return;
        }
        Map<String, Optional<Standing>> standings = standings(run, group);
        standings.forEach((member, standing) -> standing.filter(
                        truth -> truth.incarnation().isEmpty() && !truth.byItself())
                .ifPresent(truth -> decision.violated(
                        member + " fell out of group " + group + " at " + run.at(truth.since())
                                + ", and was not in it again when all faults had long been over",
                        truth.evidence())));
        boolean allSettled = standings.values().stream().allMatch(Optional::isPresent);
        for (Life watcher : run.survivors()) {
            Optional<Told<Saw>> last = last(watcher, group, run.closing());
            last.ifPresent(saw -> standings.forEach((member, standing) -> standing.ifPresent(truth -> {
                String seen = saw.event().members().getOrDefault(member, "");
                if (seen.equals(truth.incarnation())) {
                    decision.decided();
                } else {
                    decision.violated(
                            watcher.who() + " in the end saw " + member + " " + inOrOut(seen) + " of group " + group
                                    + ", but it was " + inOrOut(truth.incarnation()) + " since "
                                    + run.at(truth.since()),
                            Stream.concat(truth.evidence().stream(), Stream.of(saw.entry()))
                                    .toList());
                }
            })));
        }
        if (allSettled) {
            partitionersAgree(run, decision, group);
        }
    }

    private static String inOrOut(String incarnation) {
        return incarnation.isEmpty() ? "out" : "as " + incarnation + " a member";
    }

    private static Optional<Told<Saw>> last(Life watcher, String group, long until) {
        return watcher.told(Saw.class).stream()
                .filter(told -> told.event().group().equals(group) && told.at() <= until)
                .reduce((first, second) -> second);
    }

    /**
     * What a member said last of itself.
     *
     * @param incarnation empty if it is out
     * @param byItself whether it is out by its own will, or was never in
     */
    private record Standing(String incarnation, boolean byItself, long since, List<Entry> evidence) {}

    /** Of all members that ever were; empty for those of which it is not sure, since something has just changed. */
    private static Map<String, Optional<Standing>> standings(Run run, String group) {
        long settles = run.bounds().viewSettles();
        long settledBy = run.closing() - settles - run.stalled(run.closing() - settles, run.closing());
        Map<String, Optional<Standing>> standings = new TreeMap<>();
        for (String member : members(run, group)) {
            Optional<Life> life = run.lives().values().stream()
                    .filter(each -> each.member().equals(member) && each.from() <= run.closing())
                    .max(Comparator.comparingLong(Life::from));
            standings.put(
                    member, life.map(each -> standing(run, each, group)).filter(each -> each.since() < settledBy));
        }
        return standings;
    }

    private static Set<String> members(Run run, String group) {
        Set<String> members = run.told(Joined.class).stream()
                .filter(told -> told.event().group().equals(group))
                .map(told -> Life.member(told.who()))
                .collect(Collectors.toCollection(TreeSet::new));
        run.survivors()
                .forEach(watcher -> last(watcher, group, run.closing())
                        .ifPresent(saw -> members.addAll(saw.event().members().keySet())));
        return members;
    }

    private static Standing standing(Run run, Life life, String group) {
        if (life.killed()) {
            return new Standing(
                    "", true, life.until(), List.of(life.kill().orElseThrow().began()));
        }
        Standing standing =
                new Standing("", true, life.from(), List.of(life.entries().get(0)));
        for (Entry entry : life.entries()) {
            if (entry.at() > run.closing()) {
                break;
            }
            if (entry.event() instanceof Joined joined && joined.group().equals(group)) {
                boolean leaving = joined.incarnation().isEmpty() && standing.byItself();
                standing = new Standing(joined.incarnation(), leaving, entry.at(), List.of(entry));
            } else if (entry.event() instanceof Leaving leaving
                    && leaving.group().equals(group)) {
                standing = new Standing("", true, entry.at(), List.of(entry));
            }
        }
        return standing;
    }

    /** Each was asked last when nothing had changed for a while, so it knows by then. */
    private static void partitionersAgree(Run run, Decision decision, String group) {
        Optional<Told<Partitioned>> first = Optional.empty();
        for (Life life : run.survivors()) {
            Optional<Told<Partitioned>> last = life.told(Partitioned.class).stream()
                    .filter(told -> told.event().group().equals(group) && told.at() <= run.closing())
                    .reduce((one, other) -> other);
            last.ifPresent(told -> namesMembers(run, decision, life, told));
            if (first.isPresent() && last.isPresent()) {
                if (Objects.equals(
                        first.get().event().owners(), last.get().event().owners())) {
                    decision.decided();
                } else {
                    decision.violated(
                            first.get().who() + " and " + life.who() + " name different owners in group " + group
                                    + ", though they see the same members",
                            List.of(first.get().entry(), last.get().entry()));
                }
            }
            first = first.isPresent() ? first : last;
        }
    }

    private static void namesMembers(Run run, Decision decision, Life life, Told<Partitioned> told) {
        String group = told.event().group();
        Set<String> view = last(life, group, run.closing())
                .map(saw -> saw.event().members().keySet())
                .orElse(Set.of());
        Map<String, String> strange = new TreeMap<>(told.event().owners());
        strange.values()
                .removeIf(
                        owners -> owners.isEmpty() ? view.isEmpty() : view.containsAll(List.of(owners.split(",", -1))));
        boolean namesNobody = told.event().owners().isEmpty();
        if (namesNobody || !strange.isEmpty()) {
            decision.violated(
                    life.who() + " names owners " + strange + " in group " + group + ", and sees " + view,
                    List.of(told.entry()));
        } else {
            decision.decided();
        }
    }
}
