package dev.conclave.ring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A circle of MD5 points, placed where OpenStack tooz places them; {@link Placement#tooz(int)} has the definition. */
final class ToozLayout implements Layout {

    private static final int MOST_POINTS = 1 << 24;

    private final MessageDigest md5;
    private final long[] highs;
    private final long[] lows;
    private final int[] members;
    private final int distinct;

    private ToozLayout(MessageDigest md5, List<Point> points) {
        this.md5 = md5;
        highs = points.stream().mapToLong(Point::high).toArray();
        lows = points.stream().mapToLong(Point::low).toArray();
        members = points.stream().mapToInt(Point::member).toArray();
        distinct = (int) IntStream.of(members).distinct().count();
    }

    static ToozLayout of(List<String> names, int[] weights, int partitionsPerWeight) {
        long total = IntStream.of(weights).asLongStream().sum();
        if (total > MOST_POINTS / partitionsPerWeight) {
            throw new IllegalArgumentException(
                    ("the tooz placement holds at most %d points, too few for weights of %d in all at %d points each;"
                                    + " make the weights smaller or use Placement.rendezvous()")
                            .formatted(MOST_POINTS, total, partitionsPerWeight));
        }
        MessageDigest md5 = md5();
        List<Point> points = new ArrayList<>();
        for (int member = 0; member < weights.length; member++) {
            byte[] name = names.get(member).getBytes(StandardCharsets.UTF_8);
            MessageDigest growing = copyOf(md5);
            growing.update(name);
            for (int i = 0; i < weights[member] * partitionsPerWeight; i++) {
                growing.update(name);
                points.add(Point.of(copyOf(growing).digest(), member));
            }
        }
        points.sort(Comparator.naturalOrder());
        return new ToozLayout(md5, points);
    }

    @Override
    public int owner(byte[] key) {
        return members.length == 0 ? NOBODY : members[firstAfter(key)];
    }

    @Override
    public int[] owners(byte[] key, int replicas, IntPredicate usable) {
        int[] owners = new int[Math.min(replicas, distinct)];
        if (owners.length == 0) {
            return owners;
        }
        int start = firstAfter(key);
        int found = 0;
        BitSet seen = new BitSet();
        for (int step = 0; step < members.length && found < owners.length && seen.cardinality() < distinct; step++) {
            int member = members[(start + step) % members.length];
            if (!seen.get(member)) {
                seen.set(member);
                if (usable.test(member)) {
                    owners[found++] = member;
                }
            }
        }
        return Arrays.copyOf(owners, found);
    }

    /** The first point after the key's, not on it, going round at the end. */
    private int firstAfter(byte[] key) {
        Point sought = Point.of(copyOf(md5).digest(key), NOBODY);
        int from = 0;
        int to = members.length;
        while (from < to) {
            int middle = from + to >>> 1;
            int order = Long.compareUnsigned(highs[middle], sought.high);
            if (order > 0 || order == 0 && Long.compareUnsigned(lows[middle], sought.low) > 0) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        return from == members.length ? 0 : from;
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    "the tooz placement needs MD5, which this Java platform leaves out; use Placement.rendezvous()", e);
        }
    }

    /**
     * Copying is the quick way to a fresh digest, and the only way to read one that is still growing. The one that is
     * copied from is never fed, so that threads may share it.
     */
    private static MessageDigest copyOf(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the MD5 of " + digest.getProvider() + " cannot be copied", e);
        }
    }

    /**
     * A 128-bit unsigned number and whose it is. Points meet when one name is another one repeated; then the later name
     * goes first, and the other stands behind it, as it would without it.
     */
    private record Point(long high, long low, int member) implements Comparable<Point> {

        static Point of(byte[] digest, int member) {
            ByteBuffer bytes = ByteBuffer.wrap(digest);
            return new Point(bytes.getLong(), bytes.getLong(), member);
        }

        @Override
        public int compareTo(Point other) {
            int order = Long.compareUnsigned(high, other.high);
            if (order == 0) {
                order = Long.compareUnsigned(low, other.low);
            }
            return order == 0 ? Integer.compare(other.member, member) : order;
        }
    }
}
