package dev.conclave.memory;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One namespace: its sessions, and the parts where the other steps are.
 * Guarded by the backend's lock; every step is called when no session is overdue.
 */
final class Space {
    final Claims claims;
    final Groups groups;
    final Watchers watchers;

    private final Ledger ledger;
    /** Open connections and live sessions; the space is dropped when there are none and it is empty. */
    private int tenants;

    Space(Ledger ledger) {
        this.ledger = ledger;
        this.watchers = new Watchers(ledger);
        this.claims = new Claims(ledger, watchers);
        this.groups = new Groups(ledger, watchers);
    }

    void connected() {
        tenants++;
    }

    void disconnected(MemoryDriver driver) {
        tenants--;
        watchers.removeAll(driver);
    }

    boolean isUnused() {
        return tenants == 0 && groups.isEmpty();
    }

    Duration openSession(SessionId id, Duration ttl, MemoryDriver home) {
        Session session = ledger.sessions.find(id);
        if (session == null) {
            tenants++;
            return ledger.sessions.open(id, home, this, ttl, ledger.nanos()).ttl;
        }
        ledger.sessions.renew(session, ledger.nanos());
        return session.ttl;
    }

    Renewal renew(SessionId id, Set<ClaimId> believedClaims, Set<EnrolmentId> believedEnrolments) {
        Session session = ledger.sessions.find(id);
        if (session == null) {
            return new Renewal.NoSession();
        }
        ledger.sessions.renew(session, ledger.nanos());
        return new Renewal.Renewed(
                believedClaims.stream().filter(claim -> !claims.isHeld(claim)).collect(Collectors.toSet()),
                believedEnrolments.stream()
                        .filter(enrolment -> !groups.lists(enrolment))
                        .collect(Collectors.toSet()));
    }

    /** Ends the session if it lives. */
    void endSession(SessionId id) {
        Session session = ledger.sessions.find(id);
        if (session != null) {
            end(session);
        }
    }

    void end(Session session) {
        ledger.sessions.remove(session);
        tenants--;
        claims.releaseAll(session);
        List.copyOf(session.enrolments).forEach(groups::withdraw);
    }

    /** Signals all that this connection watches or waits for, since it may have missed a signal. */
    void remind(MemoryDriver driver) {
        watchers.remind(driver);
        for (Session session : ledger.sessions.all()) {
            if (session.home == driver) {
                ledger.signal(driver, new Subject.Session(session.id));
                // Also of what is granted: that may be the signal which was lost.
                session.claims.forEach(claim -> ledger.signal(driver, new Subject.Request(claim)));
            }
        }
    }
}
