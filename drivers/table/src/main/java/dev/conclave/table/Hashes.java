package dev.conclave.table;

/** 64-bit FNV-1a with a final mix. Part of the table's layout: all processes must agree on it. */
final class Hashes {
    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Hashes() {}

    static long of(int kind, byte[] name) {
        long hash = (OFFSET_BASIS ^ kind) * PRIME;
        for (byte b : name) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return mix(hash);
    }

    static long of(long hash, long sequence) {
        return mix((hash ^ sequence) * PRIME + sequence);
    }

    private static long mix(long hash) {
        long half = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return half ^ half >>> 32;
    }
}
