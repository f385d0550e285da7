package dev.conclave.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The shared memory as 64-bit words and bytes, by offset. */
public class Memory {
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private ByteBuffer bytes;

    /** Works on this buffer from its offset 0 to its limit. */
    public Memory(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes on with another buffer over the same memory, which has grown. */
    final void remap(ByteBuffer grown) {
        bytes = grown.order(ByteOrder.LITTLE_ENDIAN);
    }

    final int size() {
        return bytes.limit();
    }

    final long get(int at) {
        return bytes.getLong(at);
    }

    /** Stores a word; the journal's tests let a process die here. */
    void set(int at, long value) {
        bytes.putLong(at, value);
    }

    /**
     * Stores a word after all that was stored before, and before all that is stored later. A process can
     * be killed between any two instructions; the fences keep the compiler from changing their order.
     */
    final void publish(int at, long value) {
        VarHandle.releaseFence();
        set(at, value);
        VarHandle.releaseFence();
    }

    final long getAcquire(int at) {
        return (long) WORD.getAcquire(bytes, at);
    }

    /** Stores a word if it is still what it was, in one step for all processes; the memory must not be the JVM's heap. */
    final boolean compareAndSet(int at, long expected, long value) {
        return WORD.compareAndSet(bytes, at, expected, value);
    }

    final void write(int at, byte[] source, int from, int count) {
        bytes.put(at, source, from, count);
    }

    final void read(int at, byte[] target, int from, int count) {
        bytes.get(at, target, from, count);
    }

    final byte byteAt(int at) {
        return bytes.get(at);
    }
}
