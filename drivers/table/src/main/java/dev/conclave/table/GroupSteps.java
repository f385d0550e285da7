package dev.conclave.table;

import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.GroupDeletion;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The steps on groups. */
public final class GroupSteps {
    private final Arena arena;
    private final Index index;
    private final Sessions sessions;
    private final Groups groups;
    private final Endings endings;
    private final Ledger ledger;

    GroupSteps(Arena arena, Index index, Sessions sessions, Groups groups, Endings endings, Ledger ledger) {
        this.arena = arena;
        this.index = index;
        this.sessions = sessions;
        this.groups = groups;
        this.endings = endings;
        this.ledger = ledger;
    }

    private static Index.Key key(String group) {
        return Index.Key.of(Index.GROUP, group);
    }

    /** As {@link dev.conclave.spi.Driver#createGroup}; writes to the disk. */
    public boolean create(String group) {
        Index.Key key = key(group);
        if (index.find(key) != 0) {
            return false;
        }
        create(group, key);
        return true;
    }

    private int create(String name, Index.Key key) {
        int group = groups.create(key);
        arena.set(Layout.LEDGER_LENGTH, ledger.created(arena.get(Layout.LEDGER_LENGTH), name));
        return group;
    }

    /** As {@link dev.conclave.spi.Driver#deleteGroup}; writes to the disk. */
    public GroupDeletion delete(String name) {
        int group = withoutTheDead(key(name));
        if (group == 0) {
            return GroupDeletion.NO_GROUP;
        }
        if (groups.firstMember(group) != 0) {
            return GroupDeletion.NOT_EMPTY;
        }
        groups.delete(group);
        arena.set(Layout.LEDGER_LENGTH, ledger.deleted(arena.get(Layout.LEDGER_LENGTH), name));
        return GroupDeletion.DELETED;
    }

    private int withoutTheDead(Index.Key key) {
        int group = index.find(key);
        if (group != 0 && !groups.areAlive(group)) {
            removeTheDead(group);
        }
        return group;
    }

    private void removeTheDead(int group) {
        long firstDeadline = Long.MAX_VALUE;
        int next;
        for (int member = groups.firstMember(group); member != 0; member = next) {
            next = groups.after(member);
            int session = groups.session(member);
            if (sessions.lives(session)) {
                firstDeadline = Math.min(firstDeadline, sessions.deadline(session));
            } else {
                endings.leave(member);
            }
        }
        groups.foundAlive(group, firstDeadline);
    }

    /** As {@link dev.conclave.spi.Driver#groups}. */
    public Set<String> all() {
        Set<String> names = new HashSet<>();
        index.forEach(Index.GROUP, group -> names.add(index.name(group)));
        return names;
    }

    /** Whether there is such a group. */
    public boolean exists(String group) {
        return index.find(key(group)) != 0;
    }

    /** As {@link dev.conclave.spi.Driver#enrol}; writes to the disk if it creates the group. */
    public EnrolReply enrol(Enrolment request) {
        int session = sessions.living(request.id().session());
        if (session == 0) {
            return EnrolReply.NO_SESSION;
        }
        Index.Key key = key(request.id().group());
        int group = index.find(key);
        if (group == 0) {
            if (!request.createGroup()) {
                return EnrolReply.NO_GROUP;
            }
            group = create(request.id().group(), key);
        }
        int present = groups.find(group, session);
        if (present != 0 && groups.sequence(present) >= request.id().sequence()) {
            return EnrolReply.ENROLLED;
        }
        if (present != 0) {
            groups.depart(present);
        }
        return makeWay(group, request) ? enrol(group, session, request) : EnrolReply.TAKEN;
    }

    private EnrolReply enrol(int group, int session, Enrolment request) {
        groups.enrol(group, session, request.id().sequence(), Texts.utf8(request.capabilities()));
        return EnrolReply.ENROLLED;
    }

    /** Removes an older incarnation of the member; false if it lives and is not to be taken over. */
    private boolean makeWay(int group, Enrolment request) {
        int older = memberNamed(group, request.id().session().member());
        if (older == 0) {
            return true;
        }
        int session = groups.session(older);
        if (!sessions.lives(session)) {
            sessions.markEnded(session);
        } else if (!request.takeOver()) {
            return false;
        }
        groups.depart(older);
        sessions.wake(session);
        return true;
    }

    private int memberNamed(int group, String member) {
        int enrolment = groups.firstMember(group);
        while (enrolment != 0
                && !sessions.id(groups.session(enrolment)).member().equals(member)) {
            enrolment = groups.after(enrolment);
        }
        return enrolment;
    }

    /** As {@link dev.conclave.spi.Driver#amend}. */
    public boolean amend(EnrolmentId id, long edition, String capabilities) {
        int enrolment = find(id);
        if (enrolment != 0 && groups.edition(enrolment) < edition) {
            groups.amend(enrolment, edition, Texts.utf8(capabilities));
        }
        return enrolment != 0;
    }

    /** As {@link dev.conclave.spi.Driver#withdraw}. */
    public boolean withdraw(EnrolmentId id) {
        int enrolment = find(id);
        if (enrolment != 0) {
            groups.depart(enrolment);
        }
        return enrolment != 0;
    }

    /** The enrolment, if it is listed and its session lives, or 0. */
    int find(EnrolmentId id) {
        int session = sessions.living(id.session());
        int group = session == 0 ? 0 : index.find(key(id.group()));
        int enrolment = group == 0 ? 0 : groups.find(group, session);
        return enrolment != 0 && groups.sequence(enrolment) == id.sequence() ? enrolment : 0;
    }

    /** As {@link dev.conclave.spi.Driver#roster}. */
    public RosterReply roster(String name, long known) {
        int group = withoutTheDead(key(name));
        if (group == 0) {
            return new RosterReply.NoGroup();
        }
        if (known == groups.revision(group)) {
            return new RosterReply.Unchanged();
        }
        return groups.remembersSince(group, known) ? delta(group, known) : whole(group, known >= 0);
    }

    private RosterReply whole(int group, boolean historyLost) {
        List<RosterEntry> entries = new ArrayList<>();
        for (int member = groups.firstMember(group); member != 0; member = groups.after(member)) {
            entries.add(groups.entry(member));
        }
        return new RosterReply.Whole(groups.revision(group), entries, historyLost);
    }

    private RosterReply delta(int group, long known) {
        Set<EnrolmentId> left = new HashSet<>();
        int departure = groups.lastDeparture(group);
        for (; departure != 0 && groups.changedIn(departure) > known; departure = groups.before(departure)) {
            left.add(groups.whoLeft(departure));
        }
        List<RosterEntry> listed = new ArrayList<>();
        int member = groups.lastMember(group);
        for (; member != 0 && groups.changedIn(member) > known; member = groups.before(member)) {
            listed.add(0, groups.entry(member));
        }
        return new RosterReply.Delta(groups.revision(group), left, listed);
    }
}
