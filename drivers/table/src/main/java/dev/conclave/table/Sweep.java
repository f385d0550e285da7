package dev.conclave.table;

/** Finds the dead and ends their sessions, for all processes together at most so often. */
final class Sweep {
    private static final long EVERY_NANOS = 50_000_000;
    /** How many sessions one step ends at most, so that the mutex is free soon. */
    private static final int BUDGET = 64;

    private final Arena arena;
    private final Processes processes;
    private final Sessions sessions;
    private final Endings endings;
    private final Liveness liveness;
    private final Clock clock;
    private int budget;

    Sweep(Arena arena, Processes processes, Sessions sessions, Endings endings, Liveness liveness, Clock clock) {
        this.arena = arena;
        this.processes = processes;
        this.sessions = sessions;
        this.endings = endings;
        this.liveness = liveness;
        this.clock = clock;
    }

    /** Sweeps if the last time is long enough ago. */
    void ifDue(int self) {
        long now = clock.nanos();
        long since = now - arena.get(Layout.SWEPT_AT);
        if (since < 0 || since >= EVERY_NANOS) {
            now(self);
        }
    }

    /** Sweeps. */
    void now(int self) {
        arena.memory().set(Layout.SWEPT_AT, clock.nanos());
        budget = BUDGET;
        int next;
        for (int process = processes.first(); process != 0; process = next) {
            next = processes.after(process);
            if (process != self && !processes.isDead(process) && !liveness.lives(processes.place(process))) {
                processes.markDead(process);
                arena.commit();
            }
            endDeadSessions(process);
            if (processes.isDead(process) && sessions.firstOf(process) == 0) {
                liveness.bury(processes.place(process));
                processes.remove(process);
                arena.commit();
            }
        }
        if (budget == 0) {
            arena.memory().set(Layout.SWEPT_AT, clock.nanos() - EVERY_NANOS); // the next step goes on
        }
    }

    private void endDeadSessions(int process) {
        int next;
        for (int session = sessions.firstOf(process); session != 0 && budget > 0; session = next) {
            next = sessions.after(session);
            if (!sessions.lives(session)) {
                endings.end(session);
                budget--;
            }
        }
    }
}
