package dev.conclave.table;

import static dev.conclave.table.Layout.BLOCK;
import static dev.conclave.table.Layout.FREE;
import static dev.conclave.table.Layout.LINK;
import static dev.conclave.table.Layout.SIZE;
import static dev.conclave.table.Layout.TOP;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Words and blocks that change in transactions. One is always open; {@link #commit()} ends it and begins the
 * next. A block that is freed is not given again within the same transaction, so that a fresh block's words
 * need no journal: if the transaction is undone, nobody has seen the block.
 */
final class Arena {
    private static final int MIN_GROWTH = 256 * 1024;
    private static final int MAX_GROWTH = 4 * 1024 * 1024;

    private final Memory memory;
    private final Journal journal;
    private final Space space;
    private int[] freed = new int[16];
    private int freedCount;

    Arena(Memory memory, Space space) {
        this.memory = memory;
        this.journal = new Journal(memory);
        this.space = space;
    }

    Memory memory() {
        return memory;
    }

    long get(int at) {
        return memory.get(at);
    }

    /** The block that a word points to, or 0. */
    int pointer(int at) {
        long target = memory.get(at);
        if (target < 0 || target >= memory.size() || (target != 0 && (target - Layout.BLOCKS) % BLOCK != 0)) {
            throw new DamagedTableException("the word at " + at + " points to " + target);
        }
        return (int) target;
    }

    void set(int at, long value) {
        journal.set(at, value);
    }

    /** Sets a word of a block that this transaction allocated. */
    void init(int at, long value) {
        memory.set(at, value);
    }

    /** A block full of zeroes. */
    int allocate() {
        int block = pointer(FREE);
        if (block == 0) {
            block = fromTop();
        } else {
            set(FREE, get(block + LINK));
        }
        set(block + LINK, 0); // by the journal, since the free list needs it back if this is undone
        for (int at = block + 8; at < block + BLOCK; at += 8) {
            memory.set(at, 0);
        }
        return block;
    }

    /** Makes sure that so many blocks can be allocated, or fails before anything has changed. */
    void reserve(int blocks) {
        int found = ((int) get(SIZE) - (int) get(TOP)) / BLOCK;
        for (int block = pointer(FREE); block != 0 && found < blocks; block = pointer(block + LINK)) {
            found++;
        }
        while (found < blocks) {
            int before = (int) get(SIZE);
            grow();
            found += ((int) get(SIZE) - before) / BLOCK;
        }
    }

    private int fromTop() {
        int block = (int) get(TOP);
        if (get(TOP) + BLOCK > get(SIZE)) { // as longs: near 2 GiB the sum is no int
            grow();
        }
        set(TOP, block + BLOCK);
        return block;
    }

    private void grow() {
        int size = (int) get(SIZE);
        int more = Math.max(MIN_GROWTH, Math.min(MAX_GROWTH, size / 4 / BLOCK * BLOCK));
        if (size > Integer.MAX_VALUE - more) {
            throw new UncheckedIOException(new IOException("the store's table cannot grow beyond 2 GiB"));
        }
        memory.remap(space.grow(size, size + more));
        set(SIZE, size + more);
    }

    void free(int block) {
        freeChain(block, block);
    }

    /** Frees blocks that are linked from first to last. */
    void freeChain(int first, int last) {
        if (freedCount + 2 > freed.length) {
            freed = Arrays.copyOf(freed, freed.length * 2);
        }
        freed[freedCount++] = first;
        freed[freedCount++] = last;
    }

    /** Whether so many more words can be changed in this transaction. */
    boolean hasRoomFor(int words) {
        return journal.room() - freedCount > words;
    }

    void commit() {
        for (int i = 0; i < freedCount; i += 2) {
            set(freed[i + 1] + LINK, get(FREE));
            set(FREE, freed[i]);
        }
        freedCount = 0;
        journal.commit();
    }

    /** Whether anything is not committed. */
    boolean isChanged() {
        return journal.isOpen();
    }

    /** Undoes what is not committed. */
    void rollback() {
        freedCount = 0;
        journal.rollback();
    }

    /** Sees what other processes made longer. */
    void refresh() {
        long size = get(SIZE);
        if (size > memory.size()) {
            memory.remap(space.map((int) size));
        }
    }
}
