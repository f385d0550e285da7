package dev.conclave.table;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** Walks all of the memory, for tests: every block is in use exactly once, or free exactly once. */
public final class Audit {
    private final Memory memory;
    private final Set<Integer> seen = new HashSet<>();

    private Audit(Memory memory) {
        this.memory = memory;
    }

    /**
     * Checks the table in these bytes; no process may be in its mutex.
     *
     * @throws DamagedTableException if it is not sound
     */
    public static void check(ByteBuffer bytes) {
        Audit audit = new Audit(new Memory(bytes));
        audit.walk();
        int blocks = ((int) audit.memory.get(Layout.TOP) - Layout.BLOCKS) / Layout.BLOCK;
        if (audit.seen.size() != blocks) {
            throw new DamagedTableException(audit.seen.size() + " blocks of " + blocks + " are used or free");
        }
    }

    /** How many blocks are in use. */
    public static int used(ByteBuffer bytes) {
        Audit audit = new Audit(new Memory(bytes));
        audit.walkUsed();
        return audit.seen.size();
    }

    private void walk() {
        walkUsed();
        for (int block = word(Layout.FREE); block != 0; block = word(block)) {
            see(block);
        }
    }

    private void walkUsed() {
        chain(word(Layout.PROCESSES), block -> word(block + 48), block -> {});
        for (int bucket = 0; bucket < Layout.BUCKET_COUNT; bucket++) {
            chain(word(Layout.BUCKETS + bucket * 8), record -> word(record + 8), this::named);
        }
    }

    private void named(int record) {
        text(word(record + 32));
        switch (word(record + 16)) {
            case Index.LOCK, Index.ELECTION ->
                chain(word(record + Index.OWN), claim -> word(claim + 80), claim -> text(word(claim + 56)));
            case Index.GROUP -> {
                chain(word(record + Index.OWN), member -> word(member + 72), member -> text(word(member + 48)));
                chain(word(record + Index.OWN + 16), left -> word(left + 72), left -> text(word(left + 48)));
            }
            case Index.SESSION -> {}
            default -> throw new DamagedTableException("there is a record of no kind at " + record);
        }
    }

    private void text(int first) {
        chain(first, this::word, block -> {});
    }

    private void chain(int first, IntUnaryOperator next, IntConsumer each) {
        for (int block = first; block != 0; block = next.applyAsInt(block)) {
            see(block);
            each.accept(block);
        }
    }

    private void see(int block) {
        if (!seen.add(block)) {
            throw new DamagedTableException("block " + block + " is in two places");
        }
    }

    private int word(int at) {
        return (int) memory.get(at);
    }
}
