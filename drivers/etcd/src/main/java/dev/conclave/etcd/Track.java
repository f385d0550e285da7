package dev.conclave.etcd;

import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Names;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A group's roster as this coordinator knows it: read once, and from then on kept by events. After a broken watch the events since the last
 * known revision are sent again; only if the server no longer has them is the roster read anew, and the history lost. Thread-safe.
 */
final class Track {
    private static final int LONGEST_LOG = 4_096;
    /** Where the group's own key is, beside its members'. */
    private static final String GROUP_ITSELF = "";

    private final String group;
    private final int prefixBytes;
    private final Map<String, RosterEntry> members = new HashMap<>();
    private final Deque<Change> log = new ArrayDeque<>();
    private @Nullable Life life;
    private boolean exists;
    /** All changes up to this revision are known. */
    private long known;
    /** The log has all changes that come after this revision. */
    private long logFrom;

    private long changed;
    private long confirmedAt;

    /** Somebody came, left or changed: the enrolment that is no longer listed, if any, and whose present entry is to be told. */
    private record Change(long revision, @Nullable EnrolmentId left, String member) {}

    Track(String group, int prefixBytes) {
        this.group = group;
        this.prefixBytes = prefixBytes;
    }

    /** From where to watch, so that nothing is missed; zero if nothing is known. */
    synchronized long watchFrom() {
        return life == null ? 0 : known + 1;
    }

    /** The revision up to which all is known, if it is of this life. */
    synchronized long known() {
        return known;
    }

    /** How many keys there are, the group's own among them. */
    private int size() {
        return members.size() + (exists ? 1 : 0);
    }

    synchronized void events(WatchResponse response) {
        if (life == null) {
            return; // not read yet: whoever looks will read
        }
        long last = known;
        for (Event event : response.getEventsList()) {
            long revision = event.getKv().getModRevision();
            if (revision > known) {
                KeyValue now = event.getType() == Event.EventType.PUT ? event.getKv() : null;
                apply(revision, name(event.getKv()), now);
                last = Math.max(last, revision);
            }
        }
        known = last;
    }

    private String name(KeyValue stored) {
        return Names.decoded(stored.getKey().substring(prefixBytes).toStringUtf8());
    }

    private void apply(long revision, String member, @Nullable KeyValue stored) {
        if (member.equals(GROUP_ITSELF)) {
            exists = stored != null;
            changed = revision;
            return;
        }
        RosterEntry now = stored == null ? null : Listing.of(stored).entry(group, member);
        RosterEntry before = now == null ? members.remove(member) : members.put(member, now);
        boolean another = before != null && (now == null || !now.id().equals(before.id()));
        if (another || (now != null && !now.equals(before))) {
            log.add(new Change(revision, another ? before.id() : null, member));
            changed = revision;
        }
        if (log.size() > LONGEST_LOG) {
            logFrom = log.remove().revision();
        }
    }

    /** The server no longer has the events that we have missed. */
    synchronized void lose() {
        life = null;
    }

    /** Whether this is the same as before: nothing newer, and as many keys. */
    synchronized boolean confirm(Store.Outcome outcome, long count, boolean newer, long now) {
        if (!outcome.life().equals(life) || newer || count != size()) {
            return false;
        }
        known = Math.max(known, outcome.revision());
        confirmedAt = now;
        return true;
    }

    /**
     * Takes over what was read.
     *
     * @return whether what was known before is of another life of the namespace, or was lost: a watch must begin anew
     */
    synchronized boolean learn(Store.Outcome outcome, List<KeyValue> stored, long now) {
        boolean anew = !outcome.life().equals(life);
        long revision = outcome.revision();
        if (!anew && revision <= known) {
            return false; // events that came meanwhile tell more
        }
        if (anew) {
            members.clear();
            log.clear();
            logFrom = revision;
            changed = revision;
            life = outcome.life();
        }
        Set<String> gone = new HashSet<>(members.keySet());
        boolean there = false;
        for (KeyValue each : stored) {
            String member = name(each);
            there |= member.equals(GROUP_ITSELF);
            if (!member.equals(GROUP_ITSELF)) {
                gone.remove(member);
                apply(revision, member, each);
            }
        }
        gone.forEach(member -> apply(revision, member, null));
        if (anew) {
            log.clear();
        }
        exists = there;
        known = revision;
        confirmedAt = now;
        return anew;
    }

    /**
     * The answer from what is known, if that is as new as it must be; otherwise null.
     *
     * @param present the life that it must be of: what was read in an earlier one is as good as lost
     * @param atLeast the number of a revision
     */
    synchronized @Nullable RosterReply answer(
            long revisionOfCaller, @Nullable Life present, long atLeast, long confirmedSince) {
        return life != null && life.equals(present) && life.number(known) >= atLeast && confirmedAt >= confirmedSince
                ? answer(life, revisionOfCaller)
                : null;
    }

    private RosterReply answer(Life present, long revisionOfCaller) {
        if (!exists) {
            return new RosterReply.NoGroup();
        }
        long revision = present.number(changed);
        if (revisionOfCaller < present.number(logFrom)) {
            return new RosterReply.Whole(revision, List.copyOf(members.values()), revisionOfCaller >= 0);
        }
        Set<EnrolmentId> left = new HashSet<>();
        Set<String> touched = new HashSet<>();
        for (Change change : log) {
            if (present.number(change.revision()) > revisionOfCaller) {
                touched.add(change.member());
                if (change.left() != null) {
                    left.add(change.left());
                }
            }
        }
        if (touched.isEmpty()) {
            return new RosterReply.Unchanged();
        }
        List<RosterEntry> listed = new ArrayList<>();
        for (String member : touched) {
            RosterEntry entry = members.get(member);
            if (entry != null) {
                listed.add(entry);
            }
        }
        return new RosterReply.Delta(revision, left, listed);
    }
}
