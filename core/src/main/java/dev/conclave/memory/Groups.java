package dev.conclave.memory;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
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
        Session session = ledger.sessions.find(enrolment.session());
        if (session == null) {
            return EnrolReply.NO_SESSION;
        }
        if (enrolment.createGroup()) {
            create(enrolment.group());
        }
        Roster roster = rosters.get(enrolment.group());
        if (roster == null) {
            return EnrolReply.NO_GROUP;
        }
        RosterEntry present = roster.entryOf(session.id.member());
        if (present == null) {
            list(roster, session, enrolment);
            return EnrolReply.ENROLLED;
        }
        if (present.session().equals(session.id)) {
            // A repetition; the capabilities may have been amended since it was first sent.
            return EnrolReply.ENROLLED;
        }
        if (!enrolment.takeOver()) {
            return EnrolReply.TAKEN;
        }
        evict(present.session(), enrolment.group());
        list(roster, session, enrolment);
        return EnrolReply.ENROLLED;
    }

    boolean amend(SessionId session, String group, String capabilities) {
        Roster roster = rosterListing(session, group);
        if (roster == null) {
            return false;
        }
        RosterEntry present = roster.entryOf(session.member());
        if (!present.capabilities().equals(capabilities)) {
            RosterEntry amended = new RosterEntry(session, capabilities, present.joinedAt(), ledger.now());
            roster.list(amended, ledger.nextRevision());
            watchers.signal(new Subject.Group(group));
        }
        return true;
    }

    boolean withdraw(SessionId session, String group) {
        Roster roster = rosterListing(session, group);
        if (roster == null) {
            return false;
        }
        roster.remove(session, ledger.nextRevision());
        Session enrolled = ledger.sessions.find(session);
        if (enrolled != null) {
            enrolled.groups.remove(group);
        }
        watchers.signal(new Subject.Group(group));
        return true;
    }

    boolean lists(String group, SessionId session) {
        return rosterListing(session, group) != null;
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
        roster.list(new RosterEntry(session.id, enrolment.capabilities(), now, now), ledger.nextRevision());
        session.groups.add(enrolment.group());
        watchers.signal(new Subject.Group(enrolment.group()));
    }

    private void evict(SessionId older, String group) {
        withdraw(older, group);
        Session session = ledger.sessions.find(older);
        if (session != null) {
            ledger.signal(session.home, new Subject.Session(older));
        }
    }

    private @Nullable Roster rosterListing(SessionId session, String group) {
        Roster roster = rosters.get(group);
        return roster != null && roster.lists(session) ? roster : null;
    }

    private void signalExistence(String group) {
        watchers.signal(new Subject.Group(group));
        watchers.signal(new Subject.AllGroups());
    }
}
