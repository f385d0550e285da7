package dev.conclave.ring;

import java.util.function.IntPredicate;

/**
 * What a {@link Placement} works out once for a set of members, so that each look-up is quick.
 *
 * <p>Members are numbers here: the place of each in the alphabetical list that the layout was made from. Hence "the
 * smaller number" is a rule for ties that every process agrees on. Immutable.
 */
interface Layout {

    int NOBODY = -1;

    /** The first of {@link #owners}, or {@link #NOBODY}. */
    int owner(byte[] key);

    /** Up to {@code replicas} distinct members that may be used, the preferred one first. */
    int[] owners(byte[] key, int replicas, IntPredicate usable);
}
