package dev.conclave.redis;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the sessions of this coordinator hold, want or may have on the server. A server that lost its last writes, by a fail-over or a crash, may
 * have a claim again that was given back, and would keep it for as long as the session lives: so after a break each session gives
 * up what is not in here ({@code reconcile.lua}).
 */
final class InUse {
    private final Map<SessionId, Session> sessions = new ConcurrentHashMap<>();

    private static final class Session {
        final AtomicLong highestClaim = new AtomicLong(Long.MIN_VALUE);
        final AtomicLong highestEnrolment = new AtomicLong(Long.MIN_VALUE);
        final Set<Long> claims = ConcurrentHashMap.newKeySet();
        final Set<Long> enrolments = ConcurrentHashMap.newKeySet();
        volatile boolean reconciled = true;
    }

    void begin(SessionId session) {
        sessions.put(session, new Session());
    }

    void end(SessionId session) {
        sessions.remove(session);
    }

    /** A claim is asked for. The highest comes last: what is not above it is in the set, or over. */
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

    /** From now on the server may be another, or what it was before. */
    void doubt() {
        sessions.values().forEach(session -> session.reconciled = false);
    }

    /** The script did not run, as far as is known. */
    void doubt(SessionId id) {
        Session session = sessions.get(id);
        if (session != null) {
            session.reconciled = false;
        }
    }

    /** What the script is to be told, if it has not been since the last break. */
    Optional<Object[]> toReconcile(SessionId id) {
        Session session = sessions.get(id);
        if (session == null || session.reconciled) {
            return Optional.empty();
        }
        session.reconciled = true; // before the server is asked: a break in between raises the doubt again
        List<Object> arguments = new ArrayList<>();
        arguments.add(id.incarnation());
        arguments.add(session.highestClaim.get());
        arguments.add(session.highestEnrolment.get());
        arguments.addAll(session.claims);
        session.enrolments.forEach(sequence -> arguments.add("e" + sequence));
        return Optional.of(arguments.toArray());
    }
}
