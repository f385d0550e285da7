package dev.conclave.memory;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The groups of a namespace. */
final class Groups {
    private final Ledger ledger;
    private final Watchers watchers;
    private final Map<String, Roster> rosters = new LinkedHashMap<>();

    Groups(Ledger ledger, Watchers watchers) {
        this.ledger = ledger;
        this.watchers = watchers;
    }

    boolean create(String group) {
        if (rosters.containsKey(group)) {
            return false;
        }
        rosters.put(group, new Roster(ledger.nextRevision()));
        signalExistence(group);
        return true;
    }

    GroupDeletion delete(String group) {
        Roster roster = rosters.get(group);
        if (roster == null) {
            return GroupDeletion.NO_GROUP;
        }
        if (!roster.isEmpty()) {
            return GroupDeletion.NOT_EMPTY;
        }
        rosters.remove(group);
        signalExistence(group);
        return GroupDeletion.DELETED;
    }

    Set<String> names() {
        return Set.copyOf(rosters.keySet());
    }

    EnrolReply enrol(Enrolment enrolment) {
        EnrolmentId id = enrolment.id();
        Session session = ledger.sessions.find(id.session());
        if (session == null) {
            return EnrolReply.NO_SESSION;
        }
        if (enrolment.createGroup()) {
            create(id.group());
        }
        Roster roster = rosters.get(id.group());
        if (roster == null) {
            return EnrolReply.NO_GROUP;
        }
        EnrolmentId present = roster.enrolmentOf(session.id.member());
        if (present == null) {
            list(roster, session, enrolment);
            return EnrolReply.ENROLLED;
        }
        boolean own = present.session().equals(session.id);
        if (own && id.sequence() <= present.sequence()) {
            return EnrolReply.ENROLLED;
        }
        if (!own && !enrolment.takeOver()) {
            return EnrolReply.TAKEN;
        }
        evict(present, own);
        list(roster, session, enrolment);
        return EnrolReply.ENROLLED;
    }

    boolean amend(EnrolmentId id, long edition, String capabilities) {
        Roster roster = rosterListing(id);
        if (roster == null) {
            return false;
        }
        if (roster.amend(id, edition, capabilities, ledger)) {
            watchers.signal(new Subject.Group(id.group()));
        }
        return true;
    }

    boolean withdraw(EnrolmentId id) {
        Roster roster = rosterListing(id);
        if (roster == null) {
            return false;
        }
        roster.remove(id, ledger.nextRevision());
        Session session = ledger.sessions.find(id.session());
        if (session != null) {
            session.enrolments.remove(id);
        }
        watchers.signal(new Subject.Group(id.group()));
        return true;
    }

    boolean lists(EnrolmentId id) {
        return rosterListing(id) != null;
    }

    RosterReply roster(String group, long knownRevision) {
        Roster roster = rosters.get(group);
        return roster == null ? new RosterReply.NoGroup() : roster.since(knownRevision);
    }

    boolean isEmpty() {
        return rosters.isEmpty();
    }

    void forgetHistory() {
        rosters.values().forEach(Roster::forgetHistory);
    }

    /** Drops all groups; their members' sessions have been ended before. */
    void forget() {
        Set.copyOf(rosters.keySet()).forEach(this::delete);
    }

    private void list(Roster roster, Session session, Enrolment enrolment) {
        Instant now = ledger.now();
        roster.list(new RosterEntry(enrolment.id(), enrolment.capabilities(), now, now), ledger.nextRevision());
        session.enrolments.add(enrolment.id());
        watchers.signal(new Subject.Group(enrolment.id().group()));
    }

    /** Makes way for a newer enrolment, and tells the older one unless both are one session's. */
    private void evict(EnrolmentId older, boolean own) {
        withdraw(older);
        Session session = ledger.sessions.find(older.session());
        if (session != null && !own) {
            ledger.signal(session.home, new Subject.Session(session.id));
        }
    }

    private @Nullable Roster rosterListing(EnrolmentId id) {
        Roster roster = rosters.get(id.group());
        return roster != null && roster.lists(id) ? roster : null;
    }

    private void signalExistence(String group) {
        watchers.signal(new Subject.Group(group));
        watchers.signal(new Subject.AllGroups());
    }
}
