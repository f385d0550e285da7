package dev.conclave.table;

import static dev.conclave.table.Layout.BLOCK;
import static dev.conclave.table.Layout.LINK;

import java.nio.charset.StandardCharsets;

/** Bytes of any length in chains of blocks. */
final class Texts {
    private static final int DATA = 8;
    private static final int PER_BLOCK = BLOCK - DATA;

    private final Arena arena;

    Texts(Arena arena) {
        this.arena = arena;
    }

    /** Stores the bytes and returns their first block; 0 if there are none. */
    int store(byte[] bytes) {
        int blocks = (bytes.length + PER_BLOCK - 1) / PER_BLOCK;
        arena.reserve(blocks);
        int first = 0;
        int last = 0;
        for (int from = 0; from < bytes.length; from += PER_BLOCK) {
            int block = arena.allocate();
            arena.memory().write(block + DATA, bytes, from, Math.min(PER_BLOCK, bytes.length - from));
            if (first == 0) {
                first = block;
            } else {
                arena.set(last + LINK, block);
            }
            last = block;
        }
        return first;
    }

    byte[] read(int first, int length) {
        byte[] bytes = new byte[length];
        int block = first;
        for (int from = 0; from < length; from += PER_BLOCK) {
            arena.memory().read(block + DATA, bytes, from, Math.min(PER_BLOCK, length - from));
            block = arena.pointer(block + LINK);
        }
        return bytes;
    }

    String text(int first, int length) {
        return new String(read(first, length), StandardCharsets.UTF_8);
    }

    boolean equal(int first, byte[] bytes) {
        int block = first;
        for (int i = 0; i < bytes.length; i++) {
            int inBlock = i % PER_BLOCK;
            if (i > 0 && inBlock == 0) {
                block = arena.pointer(block + LINK);
            }
            if (arena.memory().byteAt(block + DATA + inBlock) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    void free(int first) {
        if (first == 0) {
            return;
        }
        int last = first;
        for (int next = arena.pointer(last + LINK); next != 0; next = arena.pointer(last + LINK)) {
            last = next;
        }
        arena.freeChain(first, last);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
