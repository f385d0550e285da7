package dev.conclave;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A group at one instant. Members are in the order of their ids, each id once. Immutable; equal to a
 * view of the same group with the same members, whatever the revisions.
 */
public final class View {
    private final String group;
    private final long revision;
    private final List<Member> members;

    private View(String group, long revision, List<Member> sorted) {
        this.group = group;
        this.revision = revision;
        this.members = Collections.unmodifiableList(sorted);
    }

    /**
     * A view of these members.
     *
     * @param group the group's name
     * @param revision grows with every change of the group
     * @param members in any order; no two with one id
     */
    public static View of(String group, long revision, Collection<Member> members) {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(Member::id));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).id().equals(sorted.get(i).id())) {
                throw new IllegalArgumentException(
                        "two members with the id " + sorted.get(i).id() + " in group " + group);
            }
        }
        return new View(group, revision, sorted);
    }

    /** The group's name. */
    public String group() {
        return group;
    }

    /** The version of the group; comes from the backend and grows with every change. */
    public long revision() {
        return revision;
    }

    /** The live members by id. */
    public List<Member> members() {
        return members;
    }

    /** The member with this id, if it is in the group. */
    public Optional<Member> member(String id) {
        int at = indexOf(id);
        return at < 0 ? Optional.empty() : Optional.of(members.get(at));
    }

    /** The same group after {@code member} joined or was updated. */
    public View with(Member member, long newRevision) {
        List<Member> changed = new ArrayList<>(members.size() + 1);
        changed.addAll(members);
        int at = indexOf(member.id());
        if (at < 0) {
            changed.add(-at - 1, member);
        } else {
            changed.set(at, member);
        }
        return new View(group, newRevision, changed);
    }

    /** The same group after the member with this id left. */
    public View without(String id, long newRevision) {
        int at = indexOf(id);
        List<Member> changed = new ArrayList<>(members);
        if (at >= 0) {
            changed.remove(at);
        }
        return new View(group, newRevision, changed);
    }

    private int indexOf(String id) {
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = members.get(middle).id().compareTo(id);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof View view && group.equals(view.group) && members.equals(view.members);
    }

    @Override
    public int hashCode() {
        return 31 * group.hashCode() + members.hashCode();
    }

    @Override
    public String toString() {
        return "View[" + group + "@" + revision + ": " + members.size() + " members]";
    }
}
