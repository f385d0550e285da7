package dev.conclave.table;

/** Ends sessions and what hangs on them. */
final class Endings {
    private final Arena arena;
    private final Sessions sessions;
    private final Claims claims;
    private final Groups groups;

    Endings(Arena arena, Sessions sessions, Claims claims, Groups groups) {
        this.arena = arena;
        this.sessions = sessions;
        this.claims = claims;
        this.groups = groups;
    }

    /**
     * Ends a session. The first commit is the instant at which it ends for all; then its remains are cleared
     * away piece by piece, and who dies while doing so leaves the rest to the next sweep.
     */
    void end(int session) {
        sessions.markEnded(session);
        arena.commit();
        for (int claim = claims.firstOfSession(session); claim != 0; claim = claims.firstOfSession(session)) {
            int name = claims.name(claim);
            claims.remove(claim);
            claims.settle(name);
            arena.commit();
        }
        for (int enrolment = groups.firstOfSession(session);
                enrolment != 0;
                enrolment = groups.firstOfSession(session)) {
            groups.depart(enrolment);
            arena.commit();
        }
        sessions.remove(session);
        arena.commit();
    }

    /** Removes a member whose session is dead from its group; the rest of the session is left to the sweep. */
    void leave(int enrolment) {
        sessions.markEnded(groups.session(enrolment));
        groups.depart(enrolment);
        arena.commit();
    }
}
