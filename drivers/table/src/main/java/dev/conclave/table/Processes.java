package dev.conclave.table;

import java.util.BitSet;

/** The processes that use the store: what the kernel knows to be dead or alive. */
final class Processes {
    private static final int PID = 8;
    private static final int DEAD = 16;
    /** First and last session. */
    private static final int SESSIONS = 24;

    private static final int LINKS = 40;
    /** One bit for each 64th part of the hashes of what the process watches. */
    private static final int WATCHED = 56;
    /** A small number that no other process has: under it the kernel and the bells know the process. */
    private static final int PLACE = 64;

    private final Arena arena;
    private final Wakes wakes;
    private final Chain all;

    Processes(Arena arena, Wakes wakes) {
        this.arena = arena;
        this.wakes = wakes;
        this.all = new Chain(arena, LINKS);
    }

    int add(long pid) {
        int process = arena.allocate();
        arena.init(process + PID, pid);
        arena.init(process + PLACE, freePlace());
        all.append(Layout.PROCESSES, process);
        return process;
    }

    private int freePlace() {
        BitSet taken = new BitSet();
        for (int process = first(); process != 0; process = after(process)) {
            taken.set(place(process));
        }
        return taken.nextClearBit(0);
    }

    int place(int process) {
        return (int) arena.get(process + PLACE);
    }

    void remove(int process) {
        all.remove(Layout.PROCESSES, process);
        arena.free(process);
    }

    int first() {
        return all.first(Layout.PROCESSES);
    }

    int after(int process) {
        return all.after(process);
    }

    boolean isDead(int process) {
        return arena.get(process + DEAD) != 0;
    }

    void markDead(int process) {
        arena.set(process + DEAD, 1);
        arena.set(Layout.ENDINGS, arena.get(Layout.ENDINGS) + 1);
    }

    static int sessions(int process) {
        return process + SESSIONS;
    }

    void watch(int process, long mask) {
        arena.set(process + WATCHED, mask);
    }

    /** Wakes all that watch the subject, and some that do not. */
    void wakeWatchers(long subject) {
        for (int process = first(); process != 0; process = after(process)) {
            if ((arena.get(process + WATCHED) & bit(subject)) != 0) {
                wakes.add(place(process), subject);
            }
        }
    }

    static long bit(long subject) {
        return 1L << (subject >>> 58);
    }
}
