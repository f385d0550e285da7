package dev.conclave.memory;

import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A group's members and its latest changes. */
final class Roster {
    /** How many changes are remembered; who has missed more is told the whole. */
    static final int HISTORY = 1024;

    private final Map<String, Listing> byMember = new LinkedHashMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private long revision;
    /** The revision after which the history is complete. */
    private long historyStart;

    private record Listing(RosterEntry entry, long edition) {}

    private record Change(long revision, EnrolmentId enrolment, boolean left) {}

    /** @param revision greater than that of any earlier group, also of one with the same name */
    Roster(long revision) {
        this.revision = revision;
        this.historyStart = revision;
    }

    @Nullable
    EnrolmentId enrolmentOf(String member) {
        Listing listing = byMember.get(member);
        return listing == null ? null : listing.entry().id();
    }

    boolean lists(EnrolmentId id) {
        return id.equals(enrolmentOf(id.session().member()));
    }

    boolean isEmpty() {
        return byMember.isEmpty();
    }

    void list(RosterEntry entry, long nextRevision) {
        byMember.put(entry.id().session().member(), new Listing(entry, 0));
        record(new Change(nextRevision, entry.id(), false));
    }

    /** @return whether anything changed */
    boolean amend(EnrolmentId id, long edition, String capabilities, Ledger ledger) {
        Listing listing = byMember.get(id.session().member());
        if (listing == null || edition <= listing.edition()) {
            return false;
        }
        RosterEntry amended = new RosterEntry(id, capabilities, listing.entry().joinedAt(), ledger.now());
        byMember.put(id.session().member(), new Listing(amended, edition));
        record(new Change(ledger.nextRevision(), id, false));
        return true;
    }

    void remove(EnrolmentId id, long nextRevision) {
        byMember.remove(id.session().member());
        record(new Change(nextRevision, id, true));
    }

    void forgetHistory() {
        history.clear();
        historyStart = revision;
    }

    RosterReply since(long known) {
        if (known == revision) {
            return new RosterReply.Unchanged();
        }
        if (known < historyStart || known > revision) {
            return new RosterReply.Whole(revision, entries(), known >= 0);
        }
        return delta(known);
    }

    private RosterReply delta(long known) {
        Set<EnrolmentId> left = new LinkedHashSet<>();
        Map<EnrolmentId, RosterEntry> listed = new LinkedHashMap<>();
        for (Change change : changesSince(known)) {
            EnrolmentId id = change.enrolment();
            Listing listing = byMember.get(id.session().member());
            if (change.left()) {
                left.add(id);
            } else if (listing != null && listing.entry().id().equals(id)) {
                listed.put(id, listing.entry());
            }
        }
        return new RosterReply.Delta(revision, left, List.copyOf(listed.values()));
    }

    private List<RosterEntry> entries() {
        return byMember.values().stream().map(Listing::entry).toList();
    }

    /** Oldest first. Walks from the end, so that it costs what has changed and not what is remembered. */
    private Deque<Change> changesSince(long known) {
        Deque<Change> changes = new ArrayDeque<>();
        Iterator<Change> latestFirst = history.descendingIterator();
        while (latestFirst.hasNext()) {
            Change change = latestFirst.next();
            if (change.revision() <= known) {
                break;
            }
            changes.addFirst(change);
        }
        return changes;
    }

    private void record(Change change) {
        revision = change.revision();
        history.addLast(change);
        if (history.size() > HISTORY) {
            historyStart = history.removeFirst().revision();
        }
    }
}
