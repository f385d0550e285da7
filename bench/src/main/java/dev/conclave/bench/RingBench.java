package dev.conclave.bench;

import dev.conclave.ring.HashRing;
import dev.conclave.ring.Placement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Compares placements of keys, ours and those that we turned down, and prints the tables of
 * docs/adr/0002-default-placement.md as Markdown. Takes some minutes.
 *
 * <p>The ones that we turned down are written here as shortly as shows what they can do, over FNV-1a and a finaliser.
 */
public final class RingBench {

    private static final int[] SIZES = {3, 10, 100, 1_000};
    private static final Map<String, Builder> CANDIDATES = new LinkedHashMap<>();

    static {
        CANDIDATES.put("**rendezvous** (`Placement.rendezvous()`)", ring(Placement.rendezvous()));
        CANDIDATES.put("tooz: ring, 32 points (`Placement.tooz()`)", ring(Placement.tooz()));
        CANDIDATES.put("ring, 160 points", members -> new Circle(members, 160, 1));
        CANDIDATES.put("ring, 1,000 points", members -> new Circle(members, 1_000, 1));
        CANDIDATES.put("multi-probe, 21 probes", members -> new Circle(members, 1, 21));
        CANDIDATES.put("rendezvous over 65,536 slots", RingBench::slots);
        CANDIDATES.put("maglev, 65,537 slots", RingBench::maglev);
        CANDIDATES.put("jump hash by rank of name", RingBench::jump);
        CANDIDATES.put("chance: a fair die for each key", RingBench::chance);
    }

    private RingBench() {}

    public static void main(String[] args) {
        System.out.printf(
                "Java %s, %s, %d processors%n%n",
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
        fairness("Fairness, equal weights: the fullest member's keys / the mean", member -> 1);
        fairness(
                "Fairness, weights 1, 2, 3, 4 in turn: the fullest member's keys / what its weight is due",
                member -> 1 + member % 4);
        movement();
        cost();
    }

    private static String format(String pattern, Object... arguments) {
        return String.format(Locale.ROOT, pattern, arguments);
    }

    // ---- what is measured

    private static void fairness(String title, ToIntFunction<Integer> weightOf) {
        heading(
                title,
                Arrays.stream(SIZES)
                        .mapToObj(size -> format("%,d members", size))
                        .toList());
        CANDIDATES.forEach((name, builder) -> row(
                name,
                Arrays.stream(SIZES)
                        .mapToObj(size -> {
                            // Where a placement's luck depends on the members' names, one group says little: take the
                            // mean of several.
                            int groups = size <= 10 ? 20 : size == 100 ? 5 : 1;
                            int keys = Math.max(500_000, 2_000 * size);
                            double sum = 0;
                            double worst = 0;
                            for (int group = 0; group < groups; group++) {
                                Map<String, Integer> members = members(size, group, weightOf);
                                double fullest = fullest(builder.build(members), members, keys);
                                sum += fullest;
                                worst = Math.max(worst, fullest);
                            }
                            return groups == 1
                                    ? format("%.2f", worst)
                                    : format("%.2f (worst of %d: %.2f)", sum / groups, groups, worst);
                        })
                        .toList()));
    }

    private static double fullest(Ring ring, Map<String, Integer> members, int keys) {
        Map<String, Integer> counts = new HashMap<>();
        for (int key = 0; key < keys; key++) {
            counts.merge(ring.owner("key-" + key), 1, Integer::sum);
        }
        double total = total(members);
        return members.entrySet().stream()
                .mapToDouble(member -> counts.getOrDefault(member.getKey(), 0) / (keys * member.getValue() / total))
                .max()
                .orElseThrow();
    }

    /** Which keys move when one joins or leaves, and to whom. */
    private static void movement() {
        heading(
                "Movement, 100 members, weights 1 to 4, one of weight 2 joins or leaves (mean of 5 groups)",
                List.of(
                        "keys that moved / due to the one",
                        "keys that moved between others",
                        "largest heir's part of what a leaver had"));
        CANDIDATES.forEach((name, builder) -> {
            double moved = 0;
            double needless = 0;
            double heir = 0;
            int groups = 5;
            int keys = 500_000;
            for (int group = 0; group < groups; group++) {
                Map<String, Integer> fewer = members(100, group, member -> 1 + member % 4);
                Map<String, Integer> more = new HashMap<>(fewer);
                String one = name(50, group + 1_000);
                more.put(one, 2);
                Ring small = builder.build(fewer);
                Ring large = builder.build(more);
                Map<String, Integer> heirs = new HashMap<>();
                int joiners = 0;
                int others = 0;
                for (int i = 0; i < keys; i++) {
                    String before = small.owner("key-" + i);
                    String after = large.owner("key-" + i);
                    if (after.equals(one)) {
                        joiners++;
                        heirs.merge(before, 1, Integer::sum);
                    } else if (!after.equals(before)) {
                        others++;
                    }
                }
                double due = keys * 2 / total(more);
                moved += (joiners + others) / due / groups;
                needless += 100.0 * others / keys / groups;
                // A leave is the same pair of rings the other way round, since a ring has no history.
                heir += 100.0 * heirs.values().stream().max(Integer::compare).orElse(0) / joiners / groups;
            }
            row(name, List.of(format("%.2f", moved), format("%.2f %%", needless), format("%.1f %%", heir)));
        });
    }

    private static void cost() {
        List<String> columns = new ArrayList<>();
        for (int size : new int[] {3, 100, 1_000, 10_000}) {
            columns.add(format("look-ups/s, %,d members", size));
        }
        columns.addAll(List.of(
                "look-ups/s, 1,000 members, weights 1 to 4",
                "look-ups/s, 1,000 members, 1,000 weights",
                "build, 1,000 members",
                "memory, 1,000 members"));
        heading("Cost, one thread", columns);
        CANDIDATES.forEach((name, builder) -> {
            if (name.startsWith("chance")) {
                return;
            }
            List<String> cells = new ArrayList<>();
            for (int size : new int[] {3, 100, 1_000, 10_000}) {
                cells.add(lookUps(builder.build(members(size, 0, member -> 1))));
            }
            cells.add(lookUps(builder.build(members(1_000, 0, member -> 1 + member % 4))));
            cells.add(
                    name.contains("points") || name.contains("jump") || name.contains("probe")
                            ? "–"
                            : lookUps(builder.build(members(1_000, 0, member -> 1_000 + member))));
            Map<String, Integer> members = members(1_000, 0, member -> 1);
            cells.add(format("%.1f ms", buildMillis(builder, members)));
            cells.add(format("%,d kB", kilobytes(builder, members)));
            row(name, cells);
        });
    }

    private static String lookUps(Ring ring) {
        String[] keys = IntStream.range(0, 1 << 12).mapToObj(i -> "tenant-" + i).toArray(String[]::new);
        double best = 0;
        int sink = 0;
        for (int round = 0; round < 6; round++) {
            long start = System.nanoTime();
            long asked = 0;
            while (System.nanoTime() - start < 250_000_000) {
                for (int i = 0; i < 64; i++) {
                    sink += ring.owner(keys[(int) (asked++ & keys.length - 1)]).length();
                }
            }
            best = Math.max(best, asked * 1e9 / (System.nanoTime() - start));
        }
        if (sink == 42) {
            System.out.print("");
        }
        return best >= 1e6 ? format("%.1f M", best / 1e6) : format("%.0f k", best / 1e3);
    }

    private static double buildMillis(Builder builder, Map<String, Integer> members) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 7; round++) {
            long start = System.nanoTime();
            builder.build(members);
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
        }
        return best;
    }

    private static long kilobytes(Builder builder, Map<String, Integer> members) {
        Ring[] kept = new Ring[20];
        long before = used();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = builder.build(members);
        }
        long after = used();
        return kept[kept.length - 1] == null ? 0 : Math.max(0, (after - before) / kept.length / 1024);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    // ---- the placements

    /** Owner of a key. */
    private interface Ring {
        String owner(String key);
    }

    private interface Builder {
        Ring build(Map<String, Integer> members);
    }

    private static Builder ring(Placement placement) {
        return members -> {
            HashRing ring = HashRing.of(members, placement);
            return key -> ring.owner(key).orElseThrow();
        };
    }

    /** Points on a circle; of several probes (Appleton, O'Reilly 2015), the one nearest to its next point wins. */
    private static final class Circle implements Ring {
        private final long[] points;
        private final String[] owners;
        private final int probes;

        Circle(Map<String, Integer> members, int pointsPerWeight, int probes) {
            Map<Long, String> all = new HashMap<>();
            members.forEach((member, weight) -> {
                for (int i = 0; i < weight * pointsPerWeight; i++) {
                    all.put(mix(hash(member) + i * 0x9E3779B97F4A7C15L), member);
                }
            });
            points = all.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
            owners = Arrays.stream(points).mapToObj(all::get).toArray(String[]::new);
            this.probes = probes;
        }

        @Override
        public String owner(String key) {
            long hash = hash(key);
            long nearest = -1;
            int owner = 0;
            for (int probe = 0; probe < probes; probe++) {
                long at = mix(hash + probe * 0x9E3779B97F4A7C15L);
                int found = next(at);
                long distance = points[found] - at;
                if (probe == 0 || Long.compareUnsigned(distance, nearest) < 0) {
                    nearest = distance;
                    owner = found;
                }
            }
            return owners[owner];
        }

        private int next(long at) {
            int found = Arrays.binarySearch(points, at);
            found = found < 0 ? -found - 1 : found;
            return found == points.length ? 0 : found;
        }
    }

    private static Ring slots(Map<String, Integer> members) {
        HashRing ring = HashRing.of(members);
        String[] table = IntStream.range(0, 1 << 16)
                .mapToObj(slot -> ring.owner("slot-" + slot).orElseThrow())
                .toArray(String[]::new);
        return key -> table[(int) (hash(key) >>> 48)];
    }

    /** Eisenbud et al. 2016: members take turns to claim the next free slot of their own permutation. */
    private static Ring maglev(Map<String, Integer> members) {
        int size = 65_537;
        List<String> names = members.keySet().stream().sorted().toList();
        int[] at = names.stream()
                .mapToInt(name -> (int) Long.remainderUnsigned(hash(name), size))
                .toArray();
        int[] skip = names.stream()
                .mapToInt(name -> 1 + (int) Long.remainderUnsigned(hash("skip " + name), size - 1))
                .toArray();
        double most =
                members.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        double[] credit = new double[names.size()];
        String[] table = new String[size];
        for (int filled = 0; filled < size; ) {
            for (int member = 0; member < names.size() && filled < size; member++) {
                credit[member] += members.get(names.get(member)) / most;
                if (credit[member] < 1) {
                    continue;
                }
                credit[member]--;
                while (table[at[member]] != null) {
                    at[member] = (at[member] + skip[member]) % size;
                }
                table[at[member]] = names.get(member);
                filled++;
            }
        }
        return key -> table[(int) Long.remainderUnsigned(hash(key), size)];
    }

    /** Lamping, Veach 2014, over buckets numbered by name: a bucket for each unit of weight. */
    private static Ring jump(Map<String, Integer> members) {
        String[] buckets = members.keySet().stream()
                .sorted()
                .flatMap(name -> IntStream.range(0, members.get(name)).mapToObj(i -> name))
                .toArray(String[]::new);
        return key -> {
            long state = hash(key);
            long bucket = -1;
            long next = 0;
            while (next < buckets.length) {
                bucket = next;
                state = state * 2862933555777941757L + 1;
                next = (long) ((bucket + 1) * (0x1p31 / ((state >>> 33) + 1)));
            }
            return buckets[(int) bucket];
        };
    }

    private static Ring chance(Map<String, Integer> members) {
        String[] faces = members.keySet().stream()
                .sorted()
                .flatMap(name -> IntStream.range(0, members.get(name)).mapToObj(i -> name))
                .toArray(String[]::new);
        SplittableRandom die = new SplittableRandom(members.hashCode());
        return key -> faces[die.nextInt(faces.length)];
    }

    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return mix(hash);
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long hash) {
        hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        hash = (hash ^ hash >>> 27) * 0x94D049BB133111EBL;
        return hash ^ hash >>> 31;
    }

    // ---- members and Markdown

    private static Map<String, Integer> members(int size, int group, ToIntFunction<Integer> weightOf) {
        Map<String, Integer> members = new HashMap<>();
        for (int member = 0; member < size; member++) {
            members.put(name(member, group), weightOf.applyAsInt(member));
        }
        return members;
    }

    /** Names in no order of number: a member that comes or goes is anywhere in the alphabet. */
    private static String name(int member, int group) {
        return format("worker-%08x", (int) mix(group * 1_000_003L + member));
    }

    private static double total(Map<String, Integer> members) {
        return members.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void heading(String title, List<String> columns) {
        System.out.printf(
                Locale.ROOT,
                "%n### %s%n%n| placement | %s |%n|---|%s%n",
                title,
                String.join(" | ", columns),
                "---|".repeat(columns.size()));
    }

    private static void row(String name, List<String> cells) {
        System.out.printf(Locale.ROOT, "| %s | %s |%n", name, String.join(" | ", cells));
    }
}
