package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Asked;
import dev.conclave.faults.history.Event.Began;
import dev.conclave.faults.history.Event.Closing;
import dev.conclave.faults.history.Event.Ended;
import dev.conclave.faults.history.Event.FaultBegan;
import dev.conclave.faults.history.Event.FaultEnded;
import dev.conclave.faults.history.Event.Granted;
import dev.conclave.faults.history.Event.Healed;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.Event.Stalled;
import dev.conclave.faults.history.History;
import dev.conclave.faults.nemesis.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A history, taken apart into the lives of processes, the faults, and the claims. */
final class Run {
    private final List<Entry> entries;
    private final Told<Began> began;
    private final long healed;
    private final long closing;
    private final long ended;
    private final List<Fault> faults;
    private final Map<String, Life> lives;
    private final Map<String, Claim> claims;
    private final Map<Claim.Name, List<Claim>> granted;
    private final Bounds bounds;

    /** Of a history that has its milestones, see {@link #hasMilestones}. */
    Run(History history) {
        entries = history.entries();
        began = told(Began.class).get(0);
        healed = told(Healed.class).get(0).at();
        closing = told(Closing.class).get(0).at();
        ended = told(Ended.class).get(0).at();
        bounds = new Bounds(began.event());
        faults = faults(entries);
        lives = lives(entries, faults);
        claims = claims(lives);
        granted = claims.values().stream()
                .filter(claim -> claim.granted().isPresent())
                .sorted(Comparator.comparingLong(Claim::token))
                .collect(Collectors.groupingBy(Claim::name, LinkedHashMap::new, Collectors.toList()));
    }

    /** Whether it says when the run began, healed, closed and ended, each once. */
    static boolean hasMilestones(History history) {
        return List.of(Began.class, Healed.class, Closing.class, Ended.class).stream()
                .allMatch(kind -> told(history.entries(), kind).size() == 1);
    }

    static <E extends Event> List<Told<E>> told(List<Entry> entries, Class<E> kind) {
        return entries.stream()
                .filter(entry -> kind.isInstance(entry.event()))
                .map(entry -> new Told<>(entry, kind.cast(entry.event())))
                .toList();
    }

    private static List<Fault> faults(List<Entry> entries) {
        Map<Long, Entry> ends = told(entries, FaultEnded.class).stream()
                .collect(Collectors.toMap(told -> told.event().fault(), Told::entry, (first, second) -> first));
        return told(entries, FaultBegan.class).stream()
                .map(told -> new Fault(
                        told.event().fault(),
                        Kind.of(told.event().kind()),
                        told.event().target(),
                        told.event().details(),
                        told.entry(),
                        Optional.ofNullable(ends.get(told.event().fault()))))
                .toList();
    }

    private static Map<String, Life> lives(List<Entry> entries, List<Fault> faults) {
        Map<String, List<Entry>> byProcess = entries.stream()
                .filter(entry -> entry.who().indexOf('#') > 0 || entry.who().equals(Life.OBSERVER))
                .collect(Collectors.groupingBy(Entry::who, LinkedHashMap::new, Collectors.toList()));
        Map<String, Life> lives = new LinkedHashMap<>();
        byProcess.forEach((who, own) -> {
            String member = Life.member(who);
            long from = own.get(0).at();
            long next = byProcess.entrySet().stream()
                    .filter(other -> other.getKey().startsWith(member + "#"))
                    .mapToLong(other -> other.getValue().get(0).at())
                    .filter(at -> at > from)
                    .min()
                    .orElse(Long.MAX_VALUE);
            List<Fault> mine = faults.stream()
                    .filter(fault -> fault.target().equals(member) && fault.meets(from, next))
                    .toList();
            lives.put(
                    who,
                    new Life(
                            who,
                            own,
                            mine.stream()
                                    .filter(FaultKinds::killsMember)
                                    .filter(fault -> fault.details()
                                            .getOrDefault("process", who)
                                            .equals(who))
                                    .filter(fault -> fault.from() > from)
                                    .findFirst(),
                            mine.stream().filter(FaultKinds::pausesMember).toList(),
                            told(own, Stalled.class),
                            own.stream()
                                    .filter(entry -> Life.isTrouble(entry.event()))
                                    .map(Entry::at)
                                    .toList()));
        });
        return lives;
    }

    private static Map<String, Claim> claims(Map<String, Life> lives) {
        Map<String, Claim> claims = new LinkedHashMap<>();
        for (Life life : lives.values()) {
            Map<Long, List<Entry>> byOp = new TreeMap<>();
            for (Entry entry : life.entries()) {
                Ops.of(entry.event())
                        .ifPresent(op -> byOp.computeIfAbsent(op, absent -> new ArrayList<>())
                                .add(entry));
            }
            Map<Claim.Name, Claim> last = new HashMap<>();
            byOp.forEach((op, own) -> claim(life, op, own, last).ifPresent(claim -> {
                last.put(claim.name(), claim);
                claims.put(claim.id(), claim);
            }));
        }
        return claims;
    }

    /** A leader's term was not asked for before its last one was over. */
    private static Optional<Claim> claim(Life life, long op, List<Entry> own, Map<Claim.Name, Claim> last) {
        if (own.stream().noneMatch(entry -> entry.event() instanceof Asked || entry.event() instanceof Granted)) {
            return Optional.empty();
        }
        long since = told(own, Granted.class).stream()
                .filter(told -> told.event().mode() == Mode.LEADERSHIP)
                .map(told -> last.get(new Claim.Name(true, told.event().name())))
                .filter(Objects::nonNull)
                .mapToLong(Claim::notAskedAgainBefore)
                .max()
                .orElse(life.from());
        return Optional.of(new Claim(life, op, since, own));
    }

    List<Entry> entries() {
        return entries;
    }

    <E extends Event> List<Told<E>> told(Class<E> kind) {
        return told(entries, kind);
    }

    Began began() {
        return began.event();
    }

    Bounds bounds() {
        return bounds;
    }

    /** When the last fault was over. */
    long healed() {
        return healed;
    }

    /** When the members had long been told to ask for nothing more, and were closed. */
    long closing() {
        return closing;
    }

    long ended() {
        return ended;
    }

    List<Fault> faults() {
        return faults;
    }

    Map<String, Life> lives() {
        return lives;
    }

    /** Those that were not killed, and did something until they were closed. */
    List<Life> survivors() {
        return lives.values().stream()
                .filter(life -> !life.killed() && life.until() >= closing)
                .toList();
    }

    /**
     * For how much of that time some process stood still that the nemesis did not stop: what depends on several of them may be late by as much. No
     * more than the sum, so that a machine that is too busy makes a check lenient, not wrong.
     */
    long stalled(long from, long until) {
        return lives.values().stream()
                .mapToLong(life -> life.stalled(from, until))
                .sum();
    }

    /** By their ids. */
    Map<String, Claim> claims() {
        return claims;
    }

    /** The granted claims of each name, by their tokens. */
    Map<Claim.Name, List<Claim>> granted() {
        return granted;
    }

    /** A moment, in seconds since the run began. */
    double seconds(long time) {
        return (time - began.at()) / 1e9;
    }

    /** A moment, as the report tells it. */
    String at(long time) {
        return formatted(time - began.at()) + " s";
    }

    /** A stretch of time, as the report tells it. */
    static String span(long nanos) {
        return Math.abs(nanos) < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
                : formatted(nanos) + " s";
    }

    private static String formatted(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    /** An entry as a line of evidence. */
    String line(Entry entry) {
        return String.format(Locale.ROOT, "%12s  %-10s %s", at(entry.at()), entry.who(), entry.event());
    }
}
