package dev.conclave.table;

import java.nio.ByteBuffer;

/** The memory of a process that is killed after so many stores. */
final class DyingMemory extends Memory {
    private long storesLeft;

    DyingMemory(ByteBuffer bytes, long storesLeft) {
        super(bytes);
        this.storesLeft = storesLeft;
    }

    @Override
    void set(int at, long value) {
        if (storesLeft == 0) {
            throw new Killed();
        }
        storesLeft--;
        super.set(at, value);
    }

    boolean hasDied() {
        return storesLeft == 0;
    }

    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }
}
