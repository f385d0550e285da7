package dev.conclave.memory;

import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All sessions of a backend, by id and by deadline. */
final class Sessions {
    /** A session for ever is one for a year: deadlines must stay near enough to be compared by subtraction. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Map<SessionId, Session> byId = new HashMap<>();
    private final TreeSet<Session> byDeadline = new TreeSet<>(Sessions::compare);
    private long opened;

    /** Subtracts, since {@code nanoTime()} may overflow between two deadlines. */
    private static int compare(Session a, Session b) {
        int byDeadline = Long.signum(a.deadline - b.deadline);
        return byDeadline != 0 ? byDeadline : Long.compare(a.ordinal, b.ordinal);
    }

    Session open(SessionId id, MemoryDriver home, Space space, Duration ttl, long now) {
        Duration granted = ttl.compareTo(LONGEST) > 0 ? LONGEST : ttl;
        Session session = new Session(id, home, space, granted, ++opened);
        session.deadline = now + granted.toNanos();
        byId.put(id, session);
        byDeadline.add(session);
        return session;
    }

    @Nullable
    Session find(SessionId id) {
        return byId.get(id);
    }

    void renew(Session session, long now) {
        byDeadline.remove(session);
        session.deadline = now + session.ttl.toNanos();
        byDeadline.add(session);
    }

    void remove(Session session) {
        byId.remove(session.id);
        byDeadline.remove(session);
    }

    /** The one that ends first, if there is any. */
    @Nullable
    Session next() {
        return byDeadline.isEmpty() ? null : byDeadline.first();
    }

    /** Those of a member, in the order of their opening. */
    List<Session> of(String member) {
        return byId.values().stream()
                .filter(session -> session.id.member().equals(member))
                .sorted(Comparator.comparingLong(session -> session.ordinal))
                .toList();
    }

    /** All, in the order of their opening. */
    List<Session> all() {
        return byId.values().stream()
                .sorted(Comparator.comparingLong(session -> session.ordinal))
                .toList();
    }
}
