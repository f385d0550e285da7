package dev.conclave.table;

/**
 * Makes a series of stores atomic against the death of the process at any instruction: before a word is
 * changed, its old value is noted, and the count of notes is published. Who comes next and finds notes
 * undoes them, last first; undoing half of them and dying changes nothing of that. A commit is one store,
 * that of the count 0.
 *
 * <p>What it must survive is the death of a process, not of the machine: the memory itself stays.
 */
final class Journal {
    private final Memory memory;
    private int count;

    Journal(Memory memory) {
        this.memory = memory;
    }

    /** Stores a word that a rollback restores. */
    void set(int at, long value) {
        long old = memory.get(at);
        if (old == value) {
            return;
        }
        if (count == Layout.JOURNAL_ENTRIES) {
            throw new IllegalStateException("a step on the store changes too much at once");
        }
        int entry = entry(count);
        memory.set(entry, at);
        memory.set(entry + 8, old);
        memory.publish(Layout.JOURNAL_COUNT, ++count);
        memory.set(at, value);
    }

    /** How many more words can be changed before a commit. */
    int room() {
        return Layout.JOURNAL_ENTRIES - count;
    }

    void commit() {
        if (count > 0) {
            memory.publish(Layout.JOURNAL_COUNT, 0);
            count = 0;
        }
    }

    /** Whether there is anything to undo. */
    boolean isOpen() {
        return memory.get(Layout.JOURNAL_COUNT) != 0;
    }

    /** Undoes what is not committed, be it ours or that of a process that died. Returns whether there was any. */
    boolean rollback() {
        long noted = memory.get(Layout.JOURNAL_COUNT);
        if (noted < 0 || noted > Layout.JOURNAL_ENTRIES) {
            throw new DamagedTableException("its journal counts " + noted + " entries");
        }
        for (int i = (int) noted - 1; i >= 0; i--) {
            memory.set(noted(i), memory.get(entry(i) + 8));
        }
        memory.publish(Layout.JOURNAL_COUNT, 0);
        count = 0;
        return noted > 0;
    }

    private int noted(int index) {
        long at = memory.get(entry(index));
        if (at < 0 || at > memory.size() - 8 || at % 8 != 0) {
            throw new DamagedTableException("its journal names the offset " + at);
        }
        return (int) at;
    }

    private static int entry(int index) {
        return Layout.JOURNAL + index * 16;
    }
}
