package dev.conclave.redis;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the sessions of this coordinator hold, want or may have on the server. A server that lost its last writes, by a fail-over or a crash, may
 * have a claim again that was given back, and would keep it for as long as the session lives: so on each new connection a session first gives
 * up what is not in here ({@code reconcile.lua}). What is added after it was listed is asked for after that.
 */
final class InUse {
    private final Map<SessionId, Session> sessions = new ConcurrentHashMap<>();

    private static final class Session {
        final AtomicLong highestClaim = new AtomicLong(Long.MIN_VALUE);
        final AtomicLong highestEnrolment = new AtomicLong(Long.MIN_VALUE);
        final Set<Long> claims = ConcurrentHashMap.newKeySet();
        final Set<Long> enrolments = ConcurrentHashMap.newKeySet();
    }

    void begin(SessionId session) {
        sessions.put(session, new Session());
    }

    void end(SessionId session) {
        sessions.remove(session);
    }

    /** A claim is asked for. The highest comes last: what is not above it is in the set, or over, or asked for later. */
    void add(ClaimId id) {
        Session session = sessions.get(id.session());
        if (session != null) {
            session.claims.add(id.sequence());
            session.highestClaim.accumulateAndGet(id.sequence(), Math::max);
        }
    }

    /** The server has said that it does not have it. */
    void remove(ClaimId id) {
        Session session = sessions.get(id.session());
        if (session != null) {
            session.claims.remove(id.sequence());
        }
    }

    void add(EnrolmentId id) {
        Session session = sessions.get(id.session());
        if (session != null) {
            session.enrolments.add(id.sequence());
            session.highestEnrolment.accumulateAndGet(id.sequence(), Math::max);
        }
    }

    void remove(EnrolmentId id) {
        Session session = sessions.get(id.session());
        if (session != null) {
            session.enrolments.remove(id.sequence());
        }
    }

    /** What {@code reconcile.lua} is to be told of each session. */
    List<Object[]> listed() {
        List<Object[]> listed = new ArrayList<>();
        sessions.forEach((id, session) -> {
            List<Object> arguments = new ArrayList<>();
            arguments.add(id.incarnation());
            arguments.add(session.highestClaim.get());
            arguments.add(session.highestEnrolment.get());
            arguments.addAll(session.claims);
            session.enrolments.forEach(sequence -> arguments.add("e" + sequence));
            listed.add(arguments.toArray());
        });
        return listed;
    }
}
