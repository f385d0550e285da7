package dev.conclave.ring;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * XXH64, a published 64-bit hash that gives the same number in every language and on every machine.
 *
 * <p>Written here, in one page, so that where a key lives depends on no library's version. It is quick and spreads
 * well; it is not a defence against somebody who chooses keys in order to make them collide.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">The specification</a>
 */
final class XxHash64 {

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private XxHash64() {}

    static long hash(byte[] input, long seed) {
        int at = 0;
        long hash = seed + PRIME_5;
        if (input.length >= 32) {
            long lane1 = seed + PRIME_1 + PRIME_2;
            long lane2 = seed + PRIME_2;
            long lane3 = seed;
            long lane4 = seed - PRIME_1;
            for (; at <= input.length - 32; at += 32) {
                lane1 = round(lane1, (long) LONGS.get(input, at));
                lane2 = round(lane2, (long) LONGS.get(input, at + 8));
                lane3 = round(lane3, (long) LONGS.get(input, at + 16));
                lane4 = round(lane4, (long) LONGS.get(input, at + 24));
            }
            hash = Long.rotateLeft(lane1, 1)
                    + Long.rotateLeft(lane2, 7)
                    + Long.rotateLeft(lane3, 12)
                    + Long.rotateLeft(lane4, 18);
            hash = merge(merge(merge(merge(hash, lane1), lane2), lane3), lane4);
        }
        return avalanche(tail(hash + input.length, input, at));
    }

    private static long avalanche(long hash) {
        long mixed = mix(hash);
        return mixed ^ mixed >>> 32;
    }

    /**
     * The last step of XXH64 but for its final shift, which would only stir the low half once more: every bit of the
     * argument decides on the high bits of the result. No two arguments meet.
     */
    static long mix(long hash) {
        hash = (hash ^ hash >>> 33) * PRIME_2;
        return (hash ^ hash >>> 29) * PRIME_3;
    }

    private static long tail(long hash, byte[] input, int at) {
        for (; at <= input.length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(input, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at <= input.length - 4) {
            long word = Integer.toUnsignedLong((int) INTS.get(input, at));
            hash = Long.rotateLeft(hash ^ word * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < input.length; at++) {
            hash = Long.rotateLeft(hash ^ Byte.toUnsignedLong(input[at]) * PRIME_5, 11) * PRIME_1;
        }
        return hash;
    }

    private static long round(long lane, long word) {
        return Long.rotateLeft(lane + word * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }
}
