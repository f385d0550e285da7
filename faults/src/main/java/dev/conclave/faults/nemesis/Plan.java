package dev.conclave.faults.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** All faults of a run in the order of their starts; the same for the same seed and shape. */
public record Plan(List<Fault> faults) {
    /**
     * What can be broken.
     *
     * @param members their ids
     * @param servers how many there are
     * @param kinds what is done
     */
    public record Shape(List<String> members, int servers, Set<Kind> kinds) {}

    private static final Duration LEAST = Duration.ofMillis(20);

    /** Plans faults that are all over by {@code until}. */
    public static Plan of(long seed, Shape shape, Duration timeToLive, Duration until) {
        return new Planner(seed, shape, timeToLive.toMillis(), until.toMillis()).plan();
    }

    /** Draws faults one after the other; one that meets another on the same victim is not kept. */
    private static final class Planner {
        private final SplittableRandom random;
        private final Shape shape;
        private final long timeToLive;
        private final long until;
        private final List<Fault> faults = new ArrayList<>();

        Planner(long seed, Shape shape, long timeToLive, long until) {
            this.random = new SplittableRandom(seed);
            this.shape = shape;
            this.timeToLive = timeToLive;
            this.until = until;
        }

        Plan plan() {
            List<Kind> urn = shape.kinds().stream()
                    .sorted()
                    .flatMap(kind -> java.util.Collections.nCopies(kind.weight(), kind).stream())
                    .toList();
            long start = part(0.2, 1);
            while (!urn.isEmpty() && start < until - LEAST.toMillis()) {
                Kind kind = urn.get(random.nextInt(urn.size()));
                Fault fault = draw(kind, start);
                if (faults.stream().noneMatch(other -> meets(fault, other))) {
                    faults.add(fault);
                }
                // Mostly one after the other, some at once, and now and then time to breathe.
                start += percent(25) ? part(0, 0.1) : percent(10) ? part(2, 4) : part(0.2, 1.2);
            }
            return new Plan(List.copyOf(faults));
        }

        private boolean meets(Fault one, Fault other) {
            return one.victim().equals(other.victim())
                    && one.start().compareTo(other.end().plus(LEAST)) < 0
                    && other.start().compareTo(one.end().plus(LEAST)) < 0;
        }

        private Fault draw(Kind kind, long start) {
            Map<String, String> details = new TreeMap<>();
            String target = target(kind);
            long length = kind.isInstant() ? 0 : Math.min(length(), until - start);
            if (kind.isOfNetwork() && shape.servers() > 1) {
                details.put(
                        "to", percent(30) ? Fault.SERVER + (1 + random.nextInt(shape.servers())) : Fault.ALL_SERVERS);
            }
            switch (kind) {
                case DELAY, DELAY_TO_BACKEND, DELAY_TO_MEMBER -> details.put("millis", "" + part(0.01, 0.5));
                case DROP, DROP_TO_BACKEND, DROP_TO_MEMBER ->
                    details.put("afterwards", percent(50) ? "lost" : "arrives");
                case CLOCK_JUMP -> details.put("seconds", "" + seconds());
                default -> {
                    // There is nothing else to choose.
                }
            }
            return new Fault(
                    faults.size() + 1, kind, target, Duration.ofMillis(start), Duration.ofMillis(length), details);
        }

        private String target(Kind kind) {
            if (kind.on() != Kind.On.SERVERS) {
                return shape.members().get(random.nextInt(shape.members().size()));
            }
            if (kind == Kind.FLUSH || kind == Kind.FAIL_OVER || percent(20)) {
                return Fault.ALL_SERVERS;
            }
            return Fault.SERVER + (1 + random.nextInt(shape.servers()));
        }

        private long seconds() {
            long size = List.of(1L, 10L, 300L, 3_600L, 86_400L).get(random.nextInt(5));
            return random.nextBoolean() ? size : -size;
        }

        private long length() {
            return percent(50) ? part(0.1, 0.8) : percent(70) ? part(0.8, 2) : part(2, 4);
        }

        private boolean percent(int share) {
            return random.nextInt(100) < share;
        }

        /** Milliseconds, between two multiples of the time-to-live. */
        private long part(double from, double to) {
            return Math.round(timeToLive * random.nextDouble(from, to));
        }
    }
}
