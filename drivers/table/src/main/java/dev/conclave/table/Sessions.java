package dev.conclave.table;

import dev.conclave.spi.SessionId;
import java.time.Duration;

/** The sessions: each belongs to a process, and lives while that lives and renewals come in time. */
final class Sessions {
    private static final int PROCESS = Index.OWN;
    private static final int DEADLINE = Index.OWN + 8;
    private static final int TTL = Index.OWN + 16;
    private static final int ENDED = Index.OWN + 24;
    /** First and last claim. */
    private static final int CLAIMS = Index.OWN + 32;
    /** First and last enrolment. */
    private static final int ENROLMENTS = Index.OWN + 48;

    private static final int LINKS = Index.OWN + 64;

    private final Arena arena;
    private final Index index;
    private final Processes processes;
    private final Wakes wakes;
    private final Clock clock;
    private final Chain ofProcess;

    Sessions(Arena arena, Index index, Processes processes, Wakes wakes, Clock clock) {
        this.arena = arena;
        this.index = index;
        this.processes = processes;
        this.wakes = wakes;
        this.clock = clock;
        this.ofProcess = new Chain(arena, LINKS);
    }

    /** An incarnation has no NUL, so that this is injective. */
    static Index.Key key(SessionId id) {
        return Index.Key.of(Index.SESSION, id.incarnation() + '\0' + id.member());
    }

    SessionId id(int session) {
        return parse(index.name(session));
    }

    static SessionId parse(String name) {
        int end = name.indexOf('\0');
        return new SessionId(name.substring(end + 1), name.substring(0, end));
    }

    String name(int session) {
        return index.name(session);
    }

    /** The session's record, be it alive or not, or 0. */
    int find(SessionId id) {
        return index.find(key(id));
    }

    /** The session's record if it lives, or 0. */
    int living(SessionId id) {
        int session = find(id);
        return session != 0 && lives(session) ? session : 0;
    }

    /** When the session ends unless it is renewed; never goes back. */
    long deadline(int session) {
        return arena.get(session + DEADLINE);
    }

    boolean lives(int session) {
        return arena.get(session + ENDED) == 0
                && timeLeft(session) > 0
                && !processes.isDead(arena.pointer(session + PROCESS));
    }

    private long timeLeft(int session) {
        return deadline(session) - clock.nanos();
    }

    Duration expiresIn(int session) {
        return Duration.ofNanos(Math.max(0, timeLeft(session)));
    }

    /** Begins a session, or renews the one that is there. */
    int open(SessionId id, int process, Duration ttl) {
        Index.Key key = key(id);
        int session = index.find(key);
        if (session == 0) {
            session = index.add(key);
            arena.init(session + PROCESS, process);
            arena.init(session + TTL, ttl.toNanos());
            ofProcess.append(Processes.sessions(process), session);
        }
        renew(session);
        return session;
    }

    void renew(int session) {
        arena.set(session + DEADLINE, clock.nanos() + arena.get(session + TTL));
    }

    /** From now on the session is dead for all, though what hangs on it is still stored. */
    void markEnded(int session) {
        arena.set(session + ENDED, 1);
        arena.set(Layout.ENDINGS, arena.get(Layout.ENDINGS) + 1);
    }

    boolean isEnded(int session) {
        return arena.get(session + ENDED) != 0;
    }

    /** Forgets a session on which nothing hangs. */
    void remove(int session) {
        ofProcess.remove(Processes.sessions(arena.pointer(session + PROCESS)), session);
        index.remove(session);
    }

    int firstOf(int process) {
        return ofProcess.first(Processes.sessions(process));
    }

    int after(int session) {
        return ofProcess.after(session);
    }

    static int claims(int session) {
        return session + CLAIMS;
    }

    static int enrolments(int session) {
        return session + ENROLMENTS;
    }

    /** Tells the session's process that one of the session's requests has its turn. */
    void wakeRequest(int session, long sequence) {
        wakes.add(place(session), Hashes.of(index.hash(session), sequence));
    }

    /** Tells the session's process that something was taken from the session. */
    void wake(int session) {
        wakes.add(place(session), index.hash(session));
    }

    private int place(int session) {
        return processes.place(arena.pointer(session + PROCESS));
    }
}
