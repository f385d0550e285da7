package dev.conclave.spi;

import java.util.List;
import java.util.Set;

/** What came of {@link Driver#roster}. */
public sealed interface RosterReply {
    /** Nothing has changed since the known revision. */
    record Unchanged() implements RosterReply {}

    /**
     * What has changed since the known revision. An entry that left and came back is in both.
     *
     * @param revision the group's revision now
     * @param left enrolments that are no longer listed
     * @param listed entries that are new or changed
     */
    record Delta(long revision, Set<EnrolmentId> left, List<RosterEntry> listed) implements RosterReply {
        /** Copies the collections. */
        public Delta {
            left = Set.copyOf(left);
            listed = List.copyOf(listed);
        }
    }

    /**
     * The whole roster; the driver's choice, and the only answer when the history since the known
     * revision is lost or there was none.
     *
     * @param revision the group's revision now
     * @param entries all whose sessions live
     * @param historyLost whether changes that this driver would have told as a delta may have been
     *     missed; a driver that always tells whole rosters leaves it false
     */
    record Whole(long revision, List<RosterEntry> entries, boolean historyLost) implements RosterReply {
        /** Copies the entries. */
        public Whole {
            entries = List.copyOf(entries);
        }
    }

    /** There is no such group. */
    record NoGroup() implements RosterReply {}
}
