package dev.conclave.memory;

import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
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

    private final Map<String, RosterEntry> entries = new LinkedHashMap<>();
    private final Deque<Change> history = new ArrayDeque<>();
    private long revision;
    /** The revision after which the history is complete. */
    private long historyStart;

    private record Change(long revision, SessionId session, boolean left) {}

    /** @param revision greater than that of any earlier group, also of one with the same name */
    Roster(long revision) {
        this.revision = revision;
        this.historyStart = revision;
    }

    @Nullable RosterEntry entryOf(String member) {
        return entries.get(member);
    }

    boolean lists(SessionId session) {
        RosterEntry entry = entries.get(session.member());
        return entry != null && entry.session().equals(session);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Adds the entry or puts it in the place of its session's older one. */
    void list(RosterEntry entry, long nextRevision) {
        entries.put(entry.session().member(), entry);
        record(new Change(nextRevision, entry.session(), false));
    }

    void remove(SessionId session, long nextRevision) {
        entries.remove(session.member());
        record(new Change(nextRevision, session, true));
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
            return new RosterReply.Whole(revision, List.copyOf(entries.values()), known >= 0);
        }
        return delta(known);
    }

    private RosterReply delta(long known) {
        Set<SessionId> left = new LinkedHashSet<>();
        Map<SessionId, RosterEntry> listed = new LinkedHashMap<>();
        for (Change change : changesSince(known)) {
            if (change.left()) {
                left.add(change.session());
            }
            if (lists(change.session())) {
                listed.put(change.session(), entries.get(change.session().member()));
            }
        }
        return new RosterReply.Delta(revision, left, List.copyOf(listed.values()));
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
