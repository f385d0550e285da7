package dev.conclave.table;

/**
 * Numbers that never come again, whatever happens to the machine: fencing tokens and the revisions of groups.
 * They are given from a block that the ledger has reserved; after a crash of the machine the rest of it is
 * skipped.
 */
final class Serials {
    static final long BLOCK = 1_000_000;
    /** More than one step takes. */
    private static final long FOR_ONE_STEP = 100_000;

    private final Arena arena;
    private final Ledger ledger;

    Serials(Arena arena, Ledger ledger) {
        this.arena = arena;
        this.ledger = ledger;
    }

    long next() {
        long serial = arena.get(Layout.SERIAL) + 1;
        if (serial > mark()) {
            throw new IllegalStateException("the reserved serial numbers ran out within a step");
        }
        arena.set(Layout.SERIAL, serial);
        return serial;
    }

    long mark() {
        return arena.get(Layout.SERIAL_MARK);
    }

    private long left() {
        return mark() - arena.get(Layout.SERIAL);
    }

    /** Whether a step could need more than there are. */
    boolean areShort() {
        return left() < FOR_ONE_STEP;
    }

    /** Whether it is time to reserve the next block. */
    boolean areLow() {
        return left() < BLOCK / 2;
    }

    /** Reserves a block; writes to the disk. */
    void reserve() {
        long mark = arena.get(Layout.SERIAL) + BLOCK;
        arena.set(Layout.LEDGER_LENGTH, ledger.reserved(arena.get(Layout.LEDGER_LENGTH), mark));
        arena.set(Layout.SERIAL_MARK, mark);
        arena.commit();
    }
}
