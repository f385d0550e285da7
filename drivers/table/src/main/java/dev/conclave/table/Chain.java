package dev.conclave.table;

/**
 * A doubly linked list through records. Its owner has two words, the first and the last record; a record has
 * two words, the one before and the one after.
 */
final class Chain {
    private final Arena arena;
    private final int links;

    /** A kind of list whose records keep their two words at this offset. */
    Chain(Arena arena, int links) {
        this.arena = arena;
        this.links = links;
    }

    int first(int owner) {
        return arena.pointer(owner);
    }

    int last(int owner) {
        return arena.pointer(owner + 8);
    }

    int before(int item) {
        return arena.pointer(item + links);
    }

    int after(int item) {
        return arena.pointer(item + links + 8);
    }

    void append(int owner, int item) {
        int last = last(owner);
        arena.set(item + links, last);
        arena.set(item + links + 8, 0);
        arena.set(last == 0 ? owner : last + links + 8, item);
        arena.set(owner + 8, item);
    }

    void remove(int owner, int item) {
        int before = before(item);
        int after = after(item);
        arena.set(before == 0 ? owner : before + links + 8, after);
        arena.set(after == 0 ? owner + 8 : after + links, before);
    }
}
