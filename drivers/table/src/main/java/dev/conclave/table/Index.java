package dev.conclave.table;

import java.util.function.IntConsumer;

/** Finds records by kind and full name: hash chains, in which names are compared byte by byte. */
final class Index {
    static final int LOCK = 1;
    static final int ELECTION = 2;
    static final int GROUP = 3;
    static final int SESSION = 4;

    private static final int NEXT = 8;
    private static final int KIND = 16;
    static final int HASH = 24;
    private static final int TEXT = 32;
    private static final int LENGTH = 40;
    /** Where a named record's own words begin. */
    static final int OWN = 48;

    private final Arena arena;
    private final Texts texts;

    Index(Arena arena, Texts texts) {
        this.arena = arena;
        this.texts = texts;
    }

    /** What is looked for. */
    static final class Key {
        private final int kind;
        private final byte[] name;
        private final long hash;

        private Key(int kind, byte[] name) {
            this.kind = kind;
            this.name = name;
            this.hash = Hashes.of(kind, name);
        }

        static Key of(int kind, String name) {
            return new Key(kind, Texts.utf8(name));
        }

        long hash() {
            return hash;
        }
    }

    /** The record with this name, or 0. */
    int find(Key key) {
        int record = arena.pointer(bucket(key.hash));
        while (record != 0 && !matches(record, key)) {
            record = arena.pointer(record + NEXT);
        }
        return record;
    }

    private boolean matches(int record, Key key) {
        return arena.get(record + HASH) == key.hash
                && arena.get(record + KIND) == key.kind
                && arena.get(record + LENGTH) == key.name.length
                && texts.equal(arena.pointer(record + TEXT), key.name);
    }

    /** Adds a record that is not there. */
    int add(Key key) {
        int text = texts.store(key.name);
        int record = arena.allocate();
        int bucket = bucket(key.hash);
        arena.init(record + NEXT, arena.get(bucket));
        arena.init(record + KIND, key.kind);
        arena.init(record + HASH, key.hash);
        arena.init(record + TEXT, text);
        arena.init(record + LENGTH, key.name.length);
        arena.set(bucket, record);
        return record;
    }

    /** Removes a record and frees it. */
    void remove(int record) {
        int at = bucket(hash(record));
        for (int next = arena.pointer(at); next != record; next = arena.pointer(at)) {
            if (next == 0) {
                throw new DamagedTableException("the record at " + record + " is in no hash chain");
            }
            at = next + NEXT;
        }
        arena.set(at, arena.get(record + NEXT));
        texts.free(arena.pointer(record + TEXT));
        arena.free(record);
    }

    long hash(int record) {
        return arena.get(record + HASH);
    }

    String name(int record) {
        return texts.text(arena.pointer(record + TEXT), (int) arena.get(record + LENGTH));
    }

    /** Shows all records of a kind; they must not be removed meanwhile. */
    void forEach(int kind, IntConsumer action) {
        for (int bucket = 0; bucket < Layout.BUCKET_COUNT; bucket++) {
            int record = arena.pointer(Layout.BUCKETS + bucket * 8);
            for (; record != 0; record = arena.pointer(record + NEXT)) {
                if (arena.get(record + KIND) == kind) {
                    action.accept(record);
                }
            }
        }
    }

    private static int bucket(long hash) {
        return Layout.BUCKETS + (int) (hash & (Layout.BUCKET_COUNT - 1)) * 8;
    }
}
