package dev.conclave.faults.checker;

import dev.conclave.faults.history.Entry;
import dev.conclave.faults.history.Event;
import dev.conclave.faults.history.Event.Asked;
import dev.conclave.faults.history.Event.Believed;
import dev.conclave.faults.history.Event.Disbelieved;
import dev.conclave.faults.history.Event.GaveUp;
import dev.conclave.faults.history.Event.Granted;
import dev.conclave.faults.history.Event.Lost;
import dev.conclave.faults.history.Event.Mode;
import dev.conclave.faults.history.Event.Released;
import dev.conclave.faults.history.Event.Releasing;
import dev.conclave.faults.history.Event.State;
import dev.conclave.faults.history.Event.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One claim, from asking to giving back, by all that its holder told of it. */
final class Claim {
    /** What is claimed. Locks and elections do not meet. */
    record Name(boolean election, String name) {
        @Override
        public String toString() {
            return (election ? "election " : "lock ") + name;
        }
    }

    private final Life life;
    private final long op;
    private final Optional<Told<Asked>> asked;
    private final Optional<Told<Granted>> granted;
    private final Optional<Told<GaveUp>> gaveUp;
    private final Optional<Told<Disbelieved>> disbelieved;
    private final Optional<Told<Lost>> lost;
    private final Optional<Told<Releasing>> releasing;
    private final Optional<Told<Released>> released;
    private final List<Told<Believed>> believed;
    private final List<Told<Step>> steps;
    private final List<Told<State>> states;
    private final long askedAt;
    private final long grantedBy;
    private final OptionalLong believedFrom;
    private final OptionalLong believedUntil;

    /**
     * @param askedSince what is known of when it was asked for, if it does not say itself: a candidate's races are begun by the engine
     * @param entries all of the process with this op
     */
    Claim(Life life, long op, long askedSince, List<Entry> entries) {
        this.life = life;
        this.op = op;
        asked = first(entries, Asked.class);
        granted = first(entries, Granted.class);
        askedAt = asked.map(Told::at).orElse(askedSince);
        gaveUp = first(entries, GaveUp.class);
        disbelieved = first(entries, Disbelieved.class);
        lost = first(entries, Lost.class);
        releasing = first(entries, Releasing.class);
        released = first(entries, Released.class);
        believed = Run.told(entries, Believed.class);
        steps = Run.told(entries, Step.class);
        states = Run.told(entries, State.class);
        List<Long> samples = samples();
        believedFrom = samples.stream().mapToLong(at -> at).min();
        believedUntil = samples.stream().mapToLong(at -> at).max();
        grantedBy = Math.min(granted.map(Told::at).orElse(Long.MAX_VALUE), believedFrom.orElse(Long.MAX_VALUE));
    }

    private static <E extends Event> Optional<Told<E>> first(List<Entry> entries, Class<E> kind) {
        return Run.told(entries, kind).stream().findFirst();
    }

    /** When {@code isValid()} was seen to be true: a step that asked has seen it too. Who gives back does not believe any more. */
    private List<Long> samples() {
        long end = releasing.map(Told::at).orElse(Long.MAX_VALUE);
        List<Long> samples = new ArrayList<>();
        for (Told<Believed> belief : believed) {
            if (belief.event().since() < end) {
                samples.add(belief.event().since());
                samples.add(Math.min(belief.event().until(), end));
            }
        }
        for (Told<Step> step : steps) {
            if (step.event().valid() && step.event().checked() < end) {
                samples.add(step.event().checked());
            }
        }
        return samples;
    }

    Life life() {
        return life;
    }

    long op() {
        return op;
    }

    /** As the registers name it. */
    String id() {
        return life.who() + "/" + op;
    }

    Optional<Told<Asked>> asked() {
        return asked;
    }

    Optional<Told<Granted>> granted() {
        return granted;
    }

    Optional<Told<GaveUp>> gaveUp() {
        return gaveUp;
    }

    Optional<Told<Disbelieved>> disbelieved() {
        return disbelieved;
    }

    Optional<Told<Lost>> lost() {
        return lost;
    }

    Optional<Told<Releasing>> releasing() {
        return releasing;
    }

    Optional<Told<Released>> released() {
        return released;
    }

    List<Told<Step>> steps() {
        return steps;
    }

    List<Told<State>> states() {
        return states;
    }

    Mode mode() {
        return granted.map(told -> told.event().mode())
                .orElseGet(() -> asked.orElseThrow().event().mode());
    }

    Name name() {
        String name = granted.map(told -> told.event().name())
                .orElseGet(() -> asked.orElseThrow().event().name());
        return new Name(mode() == Mode.LEADERSHIP, name);
    }

    /** Only of one that was granted. */
    long token() {
        return granted.orElseThrow().event().token();
    }

    boolean conflictsWith(Claim other) {
        return !mode().toleratesBeside(other.mode());
    }

    /** The earliest moment of which it is known that the backend had granted it by then. */
    long grantedBy() {
        return grantedBy;
    }

    /** The latest moment of which it is known that the backend had not granted it yet. */
    long notGrantedBefore() {
        return askedAt;
    }

    /** The latest moment of which it is known that its holder had not yet given it up and asked for it again. */
    long notAskedAgainBefore() {
        return Math.max(
                grantedBy,
                Math.max(
                        believedUntil.orElse(grantedBy), releasing.map(Told::at).orElse(grantedBy)));
    }

    OptionalLong believedFrom() {
        return believedFrom;
    }

    /** The last moment at which its holder is known to have believed in it. */
    OptionalLong believedUntil() {
        return believedUntil;
    }

    /**
     * The stretches over which its holder believed in it, by their starts. Where the samples stop for a while, as they do when the
     * process is stopped, a stretch ends.
     */
    NavigableMap<Long, Long> beliefs() {
        long end = releasing.map(Told::at).orElse(Long.MAX_VALUE);
        NavigableMap<Long, Long> stretches = new TreeMap<>();
        for (Told<Believed> told : believed) {
            long since = told.event().since();
            long until = Math.min(told.event().until(), end);
            if (since >= end) {
                continue;
            }
            var last = stretches.floorEntry(since);
            if (last != null && last.getValue() >= since) {
                stretches.put(last.getKey(), Math.max(last.getValue(), until));
            } else {
                stretches.put(since, until);
            }
        }
        return Collections.unmodifiableNavigableMap(stretches);
    }

    /** Its story in entries, without all the beliefs between the first and the last. */
    List<Entry> story() {
        Stream<Entry> some = Stream.of(
                        asked.map(Told::entry),
                        granted.map(Told::entry),
                        believed.stream().findFirst().map(Told::entry),
                        believed.stream()
                                .max(Comparator.comparingLong(Told::at))
                                .map(Told::entry),
                        disbelieved.map(Told::entry),
                        lost.map(Told::entry),
                        releasing.map(Told::entry),
                        released.map(Told::entry))
                .flatMap(Optional::stream);
        return Stream.concat(some, states.stream().map(Told::entry)).toList();
    }

    /** For a sentence: {@code ada#3/17 (token 4711)}. */
    @Override
    public String toString() {
        return id()
                + granted.map(told -> " (token " + told.event().token() + ")").orElse("");
    }
}
