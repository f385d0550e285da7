package dev.conclave.ipc;

import dev.conclave.table.Carrier;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Hints for one process, in the shared memory. Who is in the store's mutex writes, so that there is one writer at a time; one
 * thread of the process at a time reads without it. A hint that finds no room makes the process look at everything.
 */
final class Mailbox {
    static final int SIZE = 2048;

    private static final int READ = 0;
    private static final int WRITTEN = 64;
    private static final int LOST = 128;
    private static final int HINTS = 192;
    private static final int CAPACITY = (SIZE - HINTS) / 8;

    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ByteBuffer bytes;

    Mailbox(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Forgets what was for another process in this place. In the mutex. */
    void clear() {
        WORD.setRelease(bytes, READ, (long) WORD.getAcquire(bytes, WRITTEN));
        WORD.setRelease(bytes, LOST, 0L);
    }

    /** Adds a hint. In the mutex. */
    void add(long hint) {
        long written = (long) WORD.getAcquire(bytes, WRITTEN);
        if (written - (long) WORD.getAcquire(bytes, READ) >= CAPACITY) {
            WORD.setRelease(bytes, LOST, 1L);
            return;
        }
        bytes.putLong(at(written), hint);
        WORD.setRelease(bytes, WRITTEN, written + 1);
    }

    /** Passes on all hints. */
    void empty(Carrier.Hints hints) {
        if ((long) WORD.getAndSet(bytes, LOST, 0L) != 0) {
            hints.missed();
        }
        long written = (long) WORD.getAcquire(bytes, WRITTEN);
        for (long read = (long) WORD.getAcquire(bytes, READ); read != written; read++) {
            long hint = bytes.getLong(at(read));
            WORD.setRelease(bytes, READ, read + 1);
            hints.heard(hint);
        }
    }

    private static int at(long count) {
        return HINTS + (int) Long.remainderUnsigned(count, CAPACITY) * 8;
    }
}
