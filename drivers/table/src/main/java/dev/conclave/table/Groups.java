package dev.conclave.table;

import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.RosterEntry;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * The groups, their members in the order of their last change, and those who left lately in the order of
 * their leaving, so that a watcher gets the changes since any revision by walking back from the ends.
 */
final class Groups {
    /** How many departures a group remembers. */
    static final int HISTORY = 256;

    /** First and last member. */
    private static final int MEMBERS = Index.OWN;
    /** First and last departure. */
    private static final int DEPARTURES = Index.OWN + 16;

    private static final int DEPARTURE_COUNT = Index.OWN + 32;
    private static final int REVISION = Index.OWN + 40;
    /** The revision since which all departures are remembered. */
    private static final int HISTORY_SINCE = Index.OWN + 48;

    /** Until when, and at which count of endings, no member can have died since all were looked at. */
    private static final int SOUND_UNTIL = Index.OWN + 56;

    private static final int SOUND_AT = Index.OWN + 64;

    private static final int GROUP = 8;
    private static final int SESSION = 16;
    private static final int CHANGED_IN = 24;
    private static final int JOINED_AT = 32;
    private static final int UPDATED_AT = 40;
    /** A member's capabilities; of one who left, the session's name. */
    private static final int TEXT = 48;

    private static final int LENGTH = 56;
    private static final int IN_GROUP = 64;
    private static final int IN_SESSION = 80;
    private static final int SEQUENCE = 96;
    private static final int EDITION = 104;

    private final Arena arena;
    private final Texts texts;
    private final Index index;
    private final Processes processes;
    private final Sessions sessions;
    private final Serials serials;
    private final Clock clock;
    private final Chain inGroup;
    private final Chain inSession;

    Groups(
            Arena arena,
            Texts texts,
            Index index,
            Processes processes,
            Sessions sessions,
            Serials serials,
            Clock clock) {
        this.arena = arena;
        this.texts = texts;
        this.index = index;
        this.processes = processes;
        this.sessions = sessions;
        this.serials = serials;
        this.clock = clock;
        this.inGroup = new Chain(arena, IN_GROUP);
        this.inSession = new Chain(arena, IN_SESSION);
    }

    int create(Index.Key key) {
        int group = index.add(key);
        long revision = changed(group);
        arena.set(group + HISTORY_SINCE, revision);
        processes.wakeWatchers(Subjects.allGroups());
        return group;
    }

    /** Forgets a group that has no members. */
    void delete(int group) {
        processes.wakeWatchers(index.hash(group));
        processes.wakeWatchers(Subjects.allGroups());
        for (int departure = firstDeparture(group); departure != 0; departure = firstDeparture(group)) {
            forget(group, departure);
        }
        index.remove(group);
    }

    private int firstDeparture(int group) {
        return inGroup.first(group + DEPARTURES);
    }

    private void forget(int group, int departure) {
        inGroup.remove(group + DEPARTURES, departure);
        texts.free(arena.pointer(departure + TEXT));
        arena.free(departure);
    }

    private long changed(int group) {
        long revision = serials.next();
        arena.set(group + REVISION, revision);
        processes.wakeWatchers(index.hash(group));
        return revision;
    }

    long revision(int group) {
        return arena.get(group + REVISION);
    }

    boolean remembersSince(int group, long revision) {
        return revision >= arena.get(group + HISTORY_SINCE) && revision <= revision(group);
    }

    /** Whether all members are alive without a look at each, so that many watchers can look often. */
    boolean areAlive(int group) {
        return arena.get(group + SOUND_AT) == arena.get(Layout.ENDINGS)
                && arena.get(group + SOUND_UNTIL) - clock.nanos() > 0;
    }

    /** Notes that all members are alive now, and when the first of them can be dead by its deadline. */
    void foundAlive(int group, long firstDeadline) {
        arena.set(group + SOUND_UNTIL, firstDeadline);
        arena.set(group + SOUND_AT, arena.get(Layout.ENDINGS));
    }

    int firstMember(int group) {
        return inGroup.first(group + MEMBERS);
    }

    int lastMember(int group) {
        return inGroup.last(group + MEMBERS);
    }

    int lastDeparture(int group) {
        return inGroup.last(group + DEPARTURES);
    }

    int before(int enrolment) {
        return inGroup.before(enrolment);
    }

    int after(int enrolment) {
        return inGroup.after(enrolment);
    }

    int firstOfSession(int session) {
        return inSession.first(Sessions.enrolments(session));
    }

    long changedIn(int enrolment) {
        return arena.get(enrolment + CHANGED_IN);
    }

    int session(int enrolment) {
        return arena.pointer(enrolment + SESSION);
    }

    /** The session's enrolment in the group, or 0. */
    int find(int group, int session) {
        int enrolment = firstOfSession(session);
        while (enrolment != 0 && arena.pointer(enrolment + GROUP) != group) {
            enrolment = inSession.after(enrolment);
        }
        return enrolment;
    }

    void enrol(int group, int session, long sequence, byte[] capabilities) {
        int text = texts.store(capabilities);
        int enrolment = arena.allocate();
        arena.init(enrolment + GROUP, group);
        arena.init(enrolment + SESSION, session);
        arena.init(enrolment + SEQUENCE, sequence);
        arena.init(enrolment + CHANGED_IN, changed(group));
        arena.init(enrolment + JOINED_AT, clock.millis());
        arena.init(enrolment + UPDATED_AT, clock.millis());
        arena.init(enrolment + TEXT, text);
        arena.init(enrolment + LENGTH, capabilities.length);
        arena.set(group + SOUND_AT, -1); // the new member's deadline may be the first
        inGroup.append(group + MEMBERS, enrolment);
        inSession.append(Sessions.enrolments(session), enrolment);
    }

    long sequence(int enrolment) {
        return arena.get(enrolment + SEQUENCE);
    }

    long edition(int enrolment) {
        return arena.get(enrolment + EDITION);
    }

    void amend(int enrolment, long edition, byte[] capabilities) {
        int group = arena.pointer(enrolment + GROUP);
        int text = texts.store(capabilities);
        texts.free(arena.pointer(enrolment + TEXT));
        arena.set(enrolment + TEXT, text);
        arena.set(enrolment + LENGTH, capabilities.length);
        arena.set(enrolment + EDITION, edition);
        arena.set(enrolment + UPDATED_AT, clock.millis());
        arena.set(enrolment + CHANGED_IN, changed(group));
        inGroup.remove(group + MEMBERS, enrolment);
        inGroup.append(group + MEMBERS, enrolment);
    }

    /** Moves a member to those who left. */
    void depart(int enrolment) {
        int group = arena.pointer(enrolment + GROUP);
        int session = session(enrolment);
        inGroup.remove(group + MEMBERS, enrolment);
        inSession.remove(Sessions.enrolments(session), enrolment);
        texts.free(arena.pointer(enrolment + TEXT));
        try {
            remember(group, enrolment, Texts.utf8(sessions.name(session)));
        } catch (UncheckedIOException e) {
            // There is no room to remember who left; that it left must be seen all the same.
            arena.free(enrolment);
            arena.set(group + HISTORY_SINCE, changed(group));
        }
    }

    private void remember(int group, int enrolment, byte[] who) {
        int text = texts.store(who);
        arena.set(enrolment + TEXT, text);
        arena.set(enrolment + LENGTH, who.length);
        arena.set(enrolment + CHANGED_IN, changed(group));
        inGroup.append(group + DEPARTURES, enrolment);
        trimHistory(group);
    }

    private void trimHistory(int group) {
        long count = arena.get(group + DEPARTURE_COUNT);
        if (count < HISTORY) {
            arena.set(group + DEPARTURE_COUNT, count + 1);
            return;
        }
        int oldest = firstDeparture(group);
        arena.set(group + HISTORY_SINCE, changedIn(oldest));
        forget(group, oldest);
    }

    RosterEntry entry(int enrolment) {
        return new RosterEntry(
                new EnrolmentId(sessions.id(session(enrolment)), groupName(enrolment), sequence(enrolment)),
                text(enrolment),
                Instant.ofEpochMilli(arena.get(enrolment + JOINED_AT)),
                Instant.ofEpochMilli(arena.get(enrolment + UPDATED_AT)));
    }

    EnrolmentId whoLeft(int departure) {
        return new EnrolmentId(Sessions.parse(text(departure)), groupName(departure), sequence(departure));
    }

    private String groupName(int enrolment) {
        return index.name(arena.pointer(enrolment + GROUP));
    }

    private String text(int enrolment) {
        return texts.text(arena.pointer(enrolment + TEXT), (int) arena.get(enrolment + LENGTH));
    }
}
