package dev.conclave.ring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Weighted rendezvous hashing; {@link Placement#rendezvous()} has the definition.
 *
 * <p>Each member runs a race for each key: it waits for {@code -ln(u) / weight}, with a {@code u} that the hash of key
 * and member decides, and the shortest wait wins. Among members of one weight the shortest wait is the highest {@code
 * u}, which is the highest hash. So the members are kept by weight, a look-up is one loop over longs for each weight,
 * and a logarithm is due only between the winners of the different weights: none at all when all members weigh the
 * same.
 */
final class RendezvousLayout implements Layout {

    private static final long KEY_SEED = 0;

    /** Not the keys' seed: with the same one, a key spelt like a member would meet it as zero and never be its. */
    private static final long MEMBER_SEED = 1;

    private final List<Peers> weightClasses;
    private final int size;

    private RendezvousLayout(List<Peers> weightClasses, int size) {
        this.weightClasses = weightClasses;
        this.size = size;
    }

    static RendezvousLayout of(List<String> names, int[] weights) {
        // The heaviest first: they win most, and then the others need no logarithm.
        SortedMap<Integer, List<Integer>> byWeight = new TreeMap<>(Comparator.reverseOrder());
        for (int member = 0; member < weights.length; member++) {
            if (weights[member] > 0) {
                byWeight.computeIfAbsent(weights[member], weight -> new ArrayList<>())
                        .add(member);
            }
        }
        List<Peers> classes = new ArrayList<>();
        byWeight.forEach((weight, members) -> classes.add(Peers.of(weight, members, names)));
        return new RendezvousLayout(
                List.copyOf(classes),
                byWeight.values().stream().mapToInt(List::size).sum());
    }

    @Override
    public int owner(byte[] key) {
        long keyHash = XxHash64.hash(key, KEY_SEED);
        if (weightClasses.size() == 1) {
            Peers all = weightClasses.get(0);
            return all.members[all.highest(keyHash)];
        }
        int owner = NOBODY;
        double shortest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < weightClasses.size(); i++) {
            Peers peers = weightClasses.get(i);
            int best = peers.highest(keyHash);
            long score = peers.score(best, keyHash);
            if (peers.cannotBeat(shortest, score)) {
                continue;
            }
            double wait = peers.waitOf(score);
            int member = peers.members[best];
            if (wait < shortest || wait == shortest && member < owner) {
                shortest = wait;
                owner = member;
            }
        }
        return owner;
    }

    @Override
    public int[] owners(byte[] key, int replicas, IntPredicate usable) {
        long keyHash = XxHash64.hash(key, KEY_SEED);
        int wanted = Math.min(replicas, size);
        List<Queue> queues = weightClasses.stream()
                .map(peers -> peers.queue(keyHash, wanted, usable))
                .toList();
        int[] owners = new int[wanted];
        int found = 0;
        while (found < wanted) {
            Queue next = null;
            for (Queue queue : queues) {
                if (queue.goesBefore(next)) {
                    next = queue;
                }
            }
            if (next == null) {
                break;
            }
            owners[found++] = next.poll();
        }
        return found == wanted ? owners : Arrays.copyOf(owners, found);
    }

    /** The members of one weight, in the order of their names. */
    private record Peers(double weight, int[] members, long[] hashes) {

        static Peers of(int weight, List<Integer> members, List<String> names) {
            return new Peers(
                    weight,
                    members.stream().mapToInt(Integer::intValue).toArray(),
                    members.stream()
                            .mapToLong(member ->
                                    XxHash64.hash(names.get(member).getBytes(StandardCharsets.UTF_8), MEMBER_SEED))
                            .toArray());
        }

        long score(int peer, long keyHash) {
            return XxHash64.mix(hashes[peer] ^ keyHash);
        }

        int highest(long keyHash) {
            long[] hashes = this.hashes;
            int highest = 0;
            long top = Long.MIN_VALUE;
            for (int peer = 0; peer < hashes.length; peer++) {
                long score = XxHash64.mix(hashes[peer] ^ keyHash);
                if (score > top) {
                    top = score;
                    highest = peer;
                }
            }
            return highest;
        }

        /** StrictMath, since Math.log may differ in its last bit from one JVM to the next. */
        double waitOf(long score) {
            return -StrictMath.log(unit(score)) / weight;
        }

        /**
         * Saves most logarithms when there are many different weights: {@code -ln(u)} is never below {@code 1 - u}. The
         * margin is far above what rounding can do, so that no winner is ever passed over.
         */
        boolean cannotBeat(double shortest, long score) {
            return 1 - unit(score) > shortest * weight * (1 + 1e-9);
        }

        /** A number between 0 and 1, neither included: 52 bits and a half are what a double holds without rounding. */
        private static double unit(long score) {
            return ((score >> 12) + 0x1p51 + 0.5) * 0x1p-52;
        }

        Queue queue(long keyHash, int wanted, IntPredicate usable) {
            int most = Math.min(wanted, members.length);
            int[] best = new int[most];
            long[] scores = new long[most];
            int length = 0;
            for (int peer = 0; peer < hashes.length; peer++) {
                long score = score(peer, keyHash);
                if (length == most && score <= scores[length - 1] || !usable.test(members[peer])) {
                    continue;
                }
                int at = length == most ? length - 1 : length++;
                for (; at > 0 && score > scores[at - 1]; at--) {
                    best[at] = best[at - 1];
                    scores[at] = scores[at - 1];
                }
                best[at] = members[peer];
                scores[at] = score;
            }
            return new Queue(this, best, scores, length);
        }
    }

    /** The best of one weight class for one key, best first, to be merged with those of the other classes. */
    private static final class Queue {
        private final Peers peers;
        private final int[] best;
        private final long[] scores;
        private final int length;
        private int head;
        private double wait;

        Queue(Peers peers, int[] best, long[] scores, int length) {
            this.peers = peers;
            this.best = best;
            this.scores = scores;
            this.length = length;
            lookAtHead();
        }

        boolean goesBefore(@Nullable Queue other) {
            if (head == length) {
                return false;
            }
            return other == null || wait < other.wait || wait == other.wait && best[head] < other.best[other.head];
        }

        int poll() {
            int member = best[head++];
            lookAtHead();
            return member;
        }

        private void lookAtHead() {
            wait = head < length ? peers.waitOf(scores[head]) : Double.POSITIVE_INFINITY;
        }
    }
}
