package dev.conclave.file;

import dev.conclave.file.table.Subjects;
import dev.conclave.spi.ClaimId;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Signals;
import dev.conclave.spi.Subject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a coordinator wants to be woken for, by the hashes that hints carry. */
final class Interests {
    private final Map<Long, Subject> watched = new ConcurrentHashMap<>();
    private final Map<Long, Subject.Session> sessions = new ConcurrentHashMap<>();
    private final Map<Long, Subject.Request> waiting = new ConcurrentHashMap<>();

    /** Returns whether the subject was not watched before. */
    boolean watch(Subject subject) {
        return watched.put(Subjects.hash(subject), subject) == null;
    }

    void unwatch(Subject subject) {
        watched.remove(Subjects.hash(subject));
    }

    Collection<Long> watched() {
        return watched.keySet();
    }

    void begin(SessionId session) {
        Subject.Session subject = new Subject.Session(session);
        sessions.put(Subjects.hash(subject), subject);
    }

    void end(SessionId session) {
        sessions.remove(Subjects.hash(session));
        waiting.values().removeIf(request -> request.claim().session().equals(session));
    }

    void waitFor(ClaimId claim) {
        waiting.put(Subjects.hash(claim), new Subject.Request(claim));
    }

    void waitNoMore(ClaimId claim) {
        if (!waiting.isEmpty()) {
            waiting.remove(Subjects.hash(claim));
        }
    }

    /** Passes a hint on to the engine, if it is for this coordinator. */
    void wake(long hash, Signals signals) {
        for (Map<Long, ? extends Subject> interests : List.of(waiting, sessions, watched)) {
            Subject subject = interests.get(hash);
            if (subject != null) {
                signals.changed(subject);
            }
        }
    }
}
