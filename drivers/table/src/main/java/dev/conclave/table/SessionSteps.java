package dev.conclave.table;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The steps on sessions. */
public final class SessionSteps {
    private final Sessions sessions;
    private final Claims claims;
    private final GroupSteps groups;
    private final Endings endings;

    SessionSteps(Sessions sessions, Claims claims, GroupSteps groups, Endings endings) {
        this.sessions = sessions;
        this.claims = claims;
        this.groups = groups;
        this.endings = endings;
    }

    /** As {@link dev.conclave.spi.Driver#openSession}, for a session of this process. */
    public Duration open(SessionId id, int process, Duration ttl) {
        int older = sessions.find(id);
        if (older != 0 && !sessions.lives(older)) {
            endings.end(older); // it must not come back to life without what hung on it
        }
        sessions.open(id, process, ttl);
        return ttl;
    }

    /** As {@link dev.conclave.spi.Driver#renew}. */
    public Renewal renew(SessionId id, Set<ClaimId> believed, Set<EnrolmentId> believedEnrolments) {
        int session = sessions.living(id);
        if (session == 0) {
            return new Renewal.NoSession();
        }
        sessions.renew(session);
        Set<Long> held = held(session);
        Set<ClaimId> missing = new HashSet<>();
        for (ClaimId claim : believed) {
            if (!held.contains(claim.sequence())) {
                missing.add(claim);
            }
        }
        Set<EnrolmentId> missingEnrolments = new HashSet<>();
        for (EnrolmentId enrolment : believedEnrolments) {
            if (groups.find(enrolment) == 0) {
                missingEnrolments.add(enrolment);
            }
        }
        return new Renewal.Renewed(missing, missingEnrolments);
    }

    private Set<Long> held(int session) {
        Set<Long> sequences = new HashSet<>();
        for (int claim = claims.firstOfSession(session); claim != 0; claim = claims.afterInSession(claim)) {
            if (claims.isHeld(claim)) {
                sequences.add(claims.sequence(claim));
            }
        }
        return sequences;
    }

    /** Whether the session lives. */
    public boolean lives(SessionId id) {
        return sessions.living(id) != 0;
    }

    /** As {@link dev.conclave.spi.Driver#endSession}. */
    public void end(SessionId id) {
        int session = sessions.find(id);
        if (session != 0) {
            endings.end(session);
        }
    }
}
