package dev.conclave.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What outlives a process, for tests: the memory, the ledger, who is dead, and the clock. */
final class SharedMemory implements Space, Ledger, Liveness, Clock {
    static final long[] RUN = {1, 2};

    private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024 * 1024);
    private final Set<String> groups = new LinkedHashSet<>();
    private long mark;
    int size = Layout.BLOCKS + 50 * Layout.BLOCK;
    int capacity = bytes.capacity();
    final Set<Integer> dead = new HashSet<>();
    long nanos = 1_000_000_000;

    /** All that is on the disk. */
    SharedMemory afterCrash() {
        SharedMemory next = new SharedMemory();
        next.groups.addAll(groups);
        next.mark = mark;
        return next;
    }

    /** A process's view of the memory, made if it is the first. */
    Table open() {
        return open(memory -> memory);
    }

    Table open(UnaryOperator<Memory> wrapped) {
        return open(wrapped, this);
    }

    private Table open(UnaryOperator<Memory> wrapped, Ledger ledger) {
        Memory memory = wrapped.apply(new Memory(map(size)));
        Table table = new Table(memory, this, this, ledger, this);
        if (!Table.isUsable(memory, RUN)) {
            table.reset(RUN);
        }
        table.enter(1);
        return table;
    }

    /** One that has registered. */
    Table process() {
        return process(this);
    }

    Table process(Ledger ledger) {
        Table table = open(memory -> memory, ledger);
        table.register(1);
        table.commit();
        return table;
    }

    @Override
    public ByteBuffer map(int size) {
        return bytes.duplicate().limit(size).position(0);
    }

    @Override
    public ByteBuffer grow(int from, int to) {
        if (to > capacity) {
            throw new UncheckedIOException(new IOException("No space left on device"));
        }
        size = Math.max(size, to);
        return map(to);
    }

    @Override
    public boolean lives(int place) {
        return !dead.contains(place);
    }

    @Override
    public boolean isComing() {
        return false;
    }

    @Override
    public void bury(int place) {
        dead.remove(place);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long millis() {
        return 1_700_000_000_000L + nanos / 1_000_000;
    }

    @Override
    public long created(long length, String group) {
        groups.add(group);
        return length + 1;
    }

    @Override
    public long deleted(long length, String group) {
        groups.remove(group);
        return length + 1;
    }

    @Override
    public long reserved(long length, long mark) {
        this.mark = mark;
        return length + 1;
    }

    @Override
    public long rewrite(Collection<String> groups, long mark) {
        Set<String> copy = new LinkedHashSet<>(groups);
        this.groups.clear();
        this.groups.addAll(copy);
        this.mark = mark;
        return copy.size() + 1L;
    }

    @Override
    public Contents read() {
        return new Contents(new ArrayList<>(groups), mark);
    }
}
